"""Orders as JSON lines on stdin, reports as JSON lines on stdout: what both Python peers have in common."""

import asyncio
import base64
import json
import ssl
import sys

# What one fragment of a message holds.
FRAGMENT = 16 * 1024


def report(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


def report_message(message):
    if isinstance(message, str):
        report("message", text=message)
    else:
        report("message", base64=base64.b64encode(message).decode())


def report_listening(plain, secure):
    report("listening", port=port_of(plain), tlsPort=port_of(secure))


def port_of(server):
    return server.sockets[0].getsockname()[1]


def tls_of(identity):
    """The TLS of a server with the key and the certificate in a file."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(identity)
    return tls


def message_of(order):
    return order["text"] if "text" in order else base64.b64decode(order["base64"])


def fragments_of(message):
    return [message[i : i + FRAGMENT] for i in range(0, len(message), FRAGMENT)]


async def each_order():
    """Ends with stdin, so that the peer ends with the process that started it."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        yield json.loads(line)
