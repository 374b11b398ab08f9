/**
 * A good client: a few connections that send 64 bytes in turn, a message each ms, and see how long each echo takes.
 *
 * Argument: the port. Orders: `begin` begins to measure, `end` ends it and is answered with times in ms.
 */
import { connect } from 'node:net';
import { frameBytes, HOST, upgrade } from './bytes.mjs';

const CONNECTIONS = 4;
const EVERY_MS = 1;
const PAYLOAD = Buffer.alloc(64, 7);
const FRAME = frameBytes(0x82, PAYLOAD);
const PING = 0x89;
const PONG = 0x8a;

const port = Number(process.argv[2]);
let times = [];
let isMeasured = false;
let ended = 0;

/** Opens a connection, and returns what sends a message on it. */
async function open() {
  const socket = connect({ port, host: HOST, noDelay: true });
  socket.on('error', () => {});
  socket.on('close', () => {
    ended += 1;
  });
  if (!(await upgrade(socket))) throw new Error('the client was not let in');
  const sentAt = [];
  let rest = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    const now = performance.now();
    rest = Buffer.concat([rest, bytes]);
    // All frames are short: a header of two bytes, the second of which is the length.
    for (; rest.length >= 2 && rest.length >= 2 + rest[1]; rest = rest.subarray(2 + rest[1])) {
      if (rest[0] === PING) socket.write(frameBytes(PONG, rest.subarray(2, 2 + rest[1])));
      else if (isMeasured) times.push(now - sentAt.shift());
      else sentAt.shift();
    }
  });
  return () => {
    sentAt.push(performance.now());
    socket.write(FRAME);
  };
}

const sends = [];
for (let i = 0; i < CONNECTIONS; i += 1) sends.push(await open());
let next = 0;
const sending = setInterval(() => {
  sends[next % CONNECTIONS]();
  next += 1;
}, EVERY_MS);

process.on('message', ({ order }) => {
  isMeasured = order === 'begin';
  if (isMeasured) {
    times = [];
    return;
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  process.send({ count: sorted.length, p50: at(0.5), p99: at(0.99), ended });
});
process.on('disconnect', () => {
  clearInterval(sending);
  process.exit();
});
process.send({});
