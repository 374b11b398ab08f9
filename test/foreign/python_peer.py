"""One WebSocket of Debian's python3-websockets that takes orders as JSON lines on stdin and reports as JSON lines on stdout.

python_peer.py client URL [SUBPROTOCOL]
python_peer.py server [SUBPROTOCOL]     serves one connection at a time on a free port of 127.0.0.1
"""

import asyncio
import base64
import json
import sys

import websockets


def report(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


async def obey(ws, orders):
    while True:
        order = await orders.get()
        if order["do"] == "text":
            await ws.send(order["text"])
        elif order["do"] == "binary":
            await ws.send(base64.b64decode(order["base64"]))
        elif order["do"] == "fragments":
            await ws.send(order["texts"])
        elif order["do"] == "ping":
            await (await ws.ping(order["payload"]))
            report("pong", payload=order["payload"])
        elif order["do"] == "close":
            await ws.close(order["code"], order["reason"])


def report_pings(ws):
    """The library answers Pings by itself and does not report them."""
    answer = ws.pong

    async def pong(data=b""):
        await answer(data)
        report("pinged")

    ws.pong = pong


async def converse(ws, orders):
    report_pings(ws)
    report("open", subprotocol=ws.subprotocol, extensions=[extension.name for extension in ws.extensions])
    obeying = asyncio.create_task(obey(ws, orders))
    try:
        async for message in ws:
            if isinstance(message, str):
                report("message", text=message)
            else:
                report("message", base64=base64.b64encode(message).decode())
    except websockets.ConnectionClosedError:
        pass
    obeying.cancel()
    report("closed", code=ws.close_code, reason=ws.close_reason)


async def read_orders(orders):
    """Ends with stdin, so that the peer ends with the process that started it."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        orders.put_nowait(json.loads(line))


async def main(role, *arguments):
    orders = asyncio.Queue()
    options = {"ping_interval": None, "max_size": None}
    if role == "client":
        url, *protocols = arguments
        async with websockets.connect(url, subprotocols=protocols or None, **options) as ws:
            conversation = asyncio.create_task(converse(ws, orders))
            await read_orders(orders)
            await ws.close()
            await conversation
    else:
        async with websockets.serve(lambda ws: converse(ws, orders), "127.0.0.1", 0, subprotocols=list(arguments) or None, **options) as server:
            report("listening", port=server.sockets[0].getsockname()[1])
            await read_orders(orders)


asyncio.run(main(*sys.argv[1:]))
