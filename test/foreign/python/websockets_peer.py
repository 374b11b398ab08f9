"""A WebSocket of Debian's python3-websockets in a process of its own: see orders.py.

websockets_peer.py client
websockets_peer.py server IDENTITY [SUBPROTOCOL]...     on two free ports of 127.0.0.1, one of them with TLS
"""

import asyncio
import sys
from http import HTTPStatus

import websockets
from orders import each_order, fragments_of, message_of, report, report_listening, report_message, tls_of

OPTIONS = {"ping_interval": None, "max_size": None}
current = None
tasks = set()


def in_background(coroutine):
    task = asyncio.create_task(coroutine)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def converse(ws):
    global current
    current = ws
    report("open", subprotocol=ws.subprotocol or "", isDeflated=any(e.name == "permessage-deflate" for e in ws.extensions))
    try:
        async for message in ws:
            report_message(message)
    except websockets.ConnectionClosedError:
        pass
    report("closed", code=ws.close_code, reason=ws.close_reason)


async def dial(url, protocols):
    try:
        async with websockets.connect(url, subprotocols=protocols or None, **OPTIONS) as ws:
            await converse(ws)
    except websockets.InvalidHandshake as error:
        report("failed", message=str(error))


async def ping(ws):
    await (await ws.ping("are you there"))
    report("pong")


async def obey(order):
    if order["do"] == "connect":
        in_background(dial(order["url"], order["protocols"]))
    elif order["do"] == "send":
        message = message_of(order)
        try:
            await current.send(fragments_of(message) if order["isFragmented"] else message)
        except websockets.ConnectionClosed:
            # It was closed between two fragments, which the report `closed` says.
            pass
    elif order["do"] == "ping":
        in_background(ping(current))
    elif order["do"] == "close":
        in_background(current.close(order["code"], order["reason"]))


async def refuse(path, _headers):
    return (HTTPStatus.FORBIDDEN, [], b"no") if path == "/refuse" else None


async def main(role, identity=None, *protocols):
    if role == "server":
        options = {"subprotocols": list(protocols) or None, "process_request": refuse, **OPTIONS}
        plain = await websockets.serve(converse, "127.0.0.1", 0, **options)
        secure = await websockets.serve(converse, "127.0.0.1", 0, ssl=tls_of(identity), **options)
        report_listening(plain, secure)
    async for order in each_order():
        await obey(order)


asyncio.run(main(*sys.argv[1:]))
