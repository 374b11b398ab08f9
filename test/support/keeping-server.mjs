/**
 * A server of bare TCP that records whom it serves, in a process of its own, so that it can be killed. Its parent sends
 * it messages, and it answers each with one.
 *
 * Arguments: the port (0 for any) and the token that dialers must bring. Each says who it is in `x-child`, which of its
 * connections this is in `x-epoch`, and when it set out, in Unix ms, in `x-start`.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

const [port, token] = process.argv.slice(2);
const CLOSE = 0x88;
const wallNow = () => performance.timeOrigin + performance.now();

/** @type {Map<string, { epoch: number, socket: import('node:net').Socket }>} */
const live = new Map();
/** The last epoch of each child. */
const epochs = new Map();
let accepts = [];
let delays = [];
let faults = [];
let refused = 0;

function acceptOf(key) {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

function fieldsOf(head) {
  return Object.fromEntries(
    head.split('\r\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]];
    }),
  );
}

/** Answers an opening handshake; the child's name if it is served from now on. */
function answer(socket, head, acceptedAt) {
  const fields = fieldsOf(head);
  delays.push(acceptedAt - Number(fields['x-start']));
  if (fields.authorization !== `Bearer ${token}`) {
    refused += 1;
    socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return undefined;
  }
  const child = fields['x-child'];
  const epoch = Number(fields['x-epoch']);
  const present = live.get(child);
  if (present !== undefined) faults.push(`${child}: epoch ${epoch} came while ${present.epoch} was live`);
  if (epoch <= (epochs.get(child) ?? 0)) faults.push(`${child}: epoch ${epoch} came after ${epochs.get(child)}`);
  epochs.set(child, epoch);
  live.set(child, { epoch, socket });
  const key = acceptOf(fields['sec-websocket-key']);
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  return child;
}

const server = createServer((socket) => {
  const acceptedAt = wallNow();
  accepts.push(acceptedAt);
  let head = '';
  let child;
  let isOver = false;
  const over = () => {
    isOver = true;
    if (child !== undefined && live.get(child)?.socket === socket) live.delete(child);
    child = undefined;
  };
  socket.on('data', (chunk) => {
    if (isOver) return;
    if (child !== undefined) {
      if (chunk[0] !== CLOSE) return;
      over();
      socket.end(Buffer.of(CLOSE, 2, 0x03, 0xe8));
      return;
    }
    head += chunk.toString('latin1');
    if (head.endsWith('\r\n\r\n')) child = answer(socket, head, acceptedAt);
  });
  socket.on('end', over);
  socket.on('close', over);
  socket.on('error', over);
});

process.on('message', ({ ask, count = 0 }) => {
  if (ask === 'cut') {
    for (const { socket } of [...live.values()].slice(0, count)) socket.destroy();
    process.send({});
  } else {
    process.send({ live: live.size, refused, faults, accepts, delays });
    accepts = [];
    delays = [];
    faults = [];
    refused = 0;
  }
});
process.on('disconnect', () => process.exit());
server.listen({ port: Number(port), host: '0.0.0.0', backlog: 4096 }, () =>
  process.send({ port: server.address().port }),
);
