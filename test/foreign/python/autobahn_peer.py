"""A WebSocket of Debian's python3-autobahn in a process of its own: see orders.py.

autobahn_peer.py client
autobahn_peer.py server IDENTITY [SUBPROTOCOL]...     on two free ports of 127.0.0.1, one of them with TLS
"""

import asyncio
import sys
from urllib.parse import urlsplit

import txaio
from autobahn.asyncio.websocket import (
    WebSocketClientFactory,
    WebSocketClientProtocol,
    WebSocketServerFactory,
    WebSocketServerProtocol,
)
from autobahn.websocket.compress import (
    PerMessageDeflateOffer,
    PerMessageDeflateOfferAccept,
    PerMessageDeflateResponse,
    PerMessageDeflateResponseAccept,
)
from autobahn.websocket.types import ConnectionDeny
from orders import FRAGMENT, each_order, message_of, report, report_listening, report_message, tls_of

txaio.use_asyncio()
txaio.start_logging(level="critical", out=sys.stderr)

PING = b"are you there"

# In seconds. The default is 1, which its timer cuts to the next whole second of the clock: that may be now.
CLOSING = 10
current = None


class Conversation:
    """What both roles do with an open WebSocket."""

    subprotocol = None
    has_opened = False

    def onOpen(self):
        global current
        current = self
        self.has_opened = True
        # The library says nowhere in public what was agreed on.
        report("open", subprotocol=self.subprotocol or "", isDeflated=self._perMessageCompress is not None)

    def onMessage(self, payload, isBinary):
        report_message(payload if isBinary else payload.decode())

    def onPong(self, payload):
        if payload == PING:
            report("pong")

    def onClose(self, wasClean, code, reason):
        if not self.has_opened:
            report("failed", message=reason)
        elif wasClean:
            report("closed", code=self.remoteCloseCode or 1005, reason=self.remoteCloseReason or "")
        else:
            report("closed", code=self.remoteCloseCode or 1006, reason=self.remoteCloseReason or "")


class Client(Conversation, WebSocketClientProtocol):
    def onConnect(self, response):
        self.subprotocol = response.protocol


class Server(Conversation, WebSocketServerProtocol):
    def onConnect(self, request):
        if request.path == "/refuse":
            raise ConnectionDeny(403)
        self.subprotocol = next((p for p in self.factory.protocols if p in request.protocols), None)
        return self.subprotocol


def accept_offer(offers):
    return next((PerMessageDeflateOfferAccept(o) for o in offers if isinstance(o, PerMessageDeflateOffer)), None)


def accept_answer(answer):
    return PerMessageDeflateResponseAccept(answer) if isinstance(answer, PerMessageDeflateResponse) else None


async def dial(url, protocols):
    factory = WebSocketClientFactory(url, protocols=protocols)
    factory.protocol = Client
    factory.setProtocolOptions(
        perMessageCompressionOffers=[PerMessageDeflateOffer()],
        perMessageCompressionAccept=accept_answer,
        closeHandshakeTimeout=CLOSING,
    )
    where = urlsplit(url)
    await asyncio.get_running_loop().create_connection(factory, where.hostname, where.port)


async def obey(order):
    if order["do"] == "connect":
        await dial(order["url"], order["protocols"])
    elif order["do"] == "send":
        message = message_of(order)
        isBinary = isinstance(message, bytes)
        payload = message if isBinary else message.encode()
        current.sendMessage(payload, isBinary, fragmentSize=FRAGMENT if order["isFragmented"] else None)
    elif order["do"] == "ping":
        current.sendPing(PING)
    elif order["do"] == "close":
        current.sendClose(order["code"], order["reason"])


async def main(role, identity=None, *protocols):
    if role == "server":
        factory = WebSocketServerFactory(protocols=list(protocols))
        factory.protocol = Server
        factory.setProtocolOptions(perMessageCompressionAccept=accept_offer, closeHandshakeTimeout=CLOSING)
        loop = asyncio.get_running_loop()
        plain = await loop.create_server(factory, "127.0.0.1", 0)
        secure = await loop.create_server(factory, "127.0.0.1", 0, ssl=tls_of(identity))
        report_listening(plain, secure)
    async for order in each_order():
        await obey(order)


asyncio.run(main(*sys.argv[1:]))
