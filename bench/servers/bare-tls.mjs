/**
 * The least that an echo over TLS can cost on Node: what is read of a socket is answered in one write with as many
 * ready frames as have come whole. There is no WebSocket behind it: only the first frame is looked at.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:tls';
import { answerHarness } from './answer.mjs';
import { identityOf, readSettings } from './settings.mjs';

/** RFC 6455 section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** So many bytes of ready frames are kept. */
const BLOCK_BYTES = 256 * 1024;

let connections = 0;

const server = createServer({ ...identityOf(readSettings()), noDelay: true }, (socket) => {
  connections += 1;
  socket.on('close', () => {
    connections -= 1;
  });
  socket.on('error', () => {});
  let head = '';
  const onHead = (bytes) => {
    head += bytes.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    socket.off('data', onHead);
    socket.write(answerTo(head));
    echo(socket);
  };
  socket.on('data', onHead);
});

function answerTo(head) {
  const [, key] = /^sec-websocket-key: *(\S+)/im.exec(head);
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
  ].join('\r\n');
}

/** All frames of a client are of the same size. */
function echo(socket) {
  let first = Buffer.alloc(0);
  let ready;
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    if (ready === undefined) {
      first = Buffer.concat([first, chunk]);
      ready = readyFrames(first);
      if (ready === undefined) return;
    }
    const frames = Math.floor(bytes / ready.size);
    bytes -= frames * ready.size;
    if (frames > 0) socket.write(ready.block.subarray(0, frames * ready.echoSize));
  });
}

/** The echo of the first frame, many times; `undefined` as long as it has not come. */
function readyFrames(bytes) {
  const short = bytes.length < 2 ? 0 : bytes[1] & 0x7f;
  const keyAt = short === 126 ? 4 : 2;
  if (bytes.length < keyAt + 4) return undefined;
  const size = keyAt + 4 + (short === 126 ? bytes.readUInt16BE(2) : short);
  if (bytes.length < size) return undefined;
  const payload = bytes.subarray(keyAt + 4, size).map((byte, i) => byte ^ bytes[keyAt + (i & 3)]);
  const answer = Buffer.concat([bytes.subarray(0, keyAt), payload]);
  answer[1] &= 0x7f;
  const copies = Math.max(1, Math.floor(BLOCK_BYTES / answer.length));
  const block = Buffer.concat(Array.from({ length: copies }, () => answer));
  return { size, echoSize: answer.length, block };
}

server.listen(0, '127.0.0.1', () => {
  answerHarness({ port: server.address().port, countConnections: () => connections });
});
