/**
 * A client without any WebSocket library, as small as RFC 6455 allows: shakes hands, sends one text message, and exits
 * with 0 when the same text comes back within the time: `node scripts/raw-echo.mjs ws://127.0.0.1:8080/echo
 * [withinMs]`. Tries again until then, so that it may be started together with the server.
 */
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const [url = 'ws://127.0.0.1:8080/echo', withinMs = '60000'] = process.argv.slice(2);
const { hostname, port, pathname, host } = new URL(url);
const TEXT = Buffer.from('hello from a raw socket');
const RETRY_MS = 200;
const ATTEMPT_MS = 2_000;

/** Section 5.2: FIN and text, masked, a length below 126. */
function textFrame(payload) {
  const mask = randomBytes(4);
  return Buffer.concat([
    Buffer.from([0x81, 0x80 | payload.length]),
    mask,
    payload.map((byte, i) => byte ^ mask[i % 4]),
  ]);
}

/** Section 4.2.2: what the server has to answer to our key. */
const acceptOf = (key) => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

async function echoOnce() {
  const key = randomBytes(16).toString('base64');
  const socket = connect({ host: hostname, port: Number(port || 80), signal: AbortSignal.timeout(ATTEMPT_MS) });
  try {
    socket.write(
      `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    let read = Buffer.alloc(0);
    let isOpen = false;
    for await (const chunk of socket) {
      read = Buffer.concat([read, chunk]);
      const end = read.indexOf('\r\n\r\n');
      if (!isOpen && end >= 0) {
        const head = read.subarray(0, end).toString('latin1');
        if (!head.startsWith('HTTP/1.1 101 ') || !head.includes(acceptOf(key)))
          throw new Error(`no upgrade: ${head.split('\r\n', 1)[0]}`);
        isOpen = true;
        read = read.subarray(end + 4);
        socket.write(textFrame(TEXT));
      }
      // Section 5.2 from the server: FIN and text, not masked.
      const echo = Buffer.concat([Buffer.from([0x81, TEXT.length]), TEXT]);
      if (isOpen && read.length >= echo.length) {
        if (!read.subarray(0, echo.length).equals(echo)) throw new Error(`no echo, but ${read.toString('hex')}`);
        return;
      }
    }
    throw new Error('the server ended the connection');
  } finally {
    socket.destroy();
  }
}

const startedAt = performance.now();
for (;;) {
  try {
    await echoOnce();
    console.log(`echo from ${url} after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    break;
  } catch (error) {
    if (performance.now() - startedAt >= Number(withinMs)) {
      console.error(`no echo from ${url} within ${withinMs} ms: ${error.message}`);
      process.exitCode = 1;
      break;
    }
    await pause(RETRY_MS);
  }
}
