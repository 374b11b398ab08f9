/**
 * Clients of bare TCP, in a process of their own: bystanders that talk and check every echo, and others that ask for a
 * handler that crashes, one after the other.
 *
 * Arguments: the port, the seed, how many bystanders, how many crashing connections at a time, and the ways to crash.
 */
import { connect } from 'node:net';

const [port, seed, bystanders, atOnce, ways] = process.argv.slice(2);
const WAYS = ways.split(',');
const ADDRESSES = 8;
/** How many messages a bystander has on their way. */
const WINDOW = 4;

/** Chance that can be had again (Park and Miller). */
let state = Number(seed);
function random() {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

let clientsSoFar = 0;
let isOver = false;
let echoes = 0;
let crashes = 0;
const faults = [];

const handshake = (path) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

/** A frame masked with a key of zeros. */
function frame(opcode, payload) {
  return Buffer.concat([Buffer.of(0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0), payload]);
}

/** Opens one client; `onFrame` gets what comes whole, opcode and payload, except Pings. Resolves at the end of TCP. */
function client(path, { onOpen, onFrame, onEnd }) {
  clientsSoFar += 1;
  const socket = connect({
    port: Number(port),
    host: '127.0.0.1',
    localAddress: `127.0.0.${2 + (clientsSoFar % ADDRESSES)}`,
  });
  let bytes = Buffer.alloc(0);
  let hasOpened = false;
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (!hasOpened) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      hasOpened = true;
      const status = bytes.subarray(9, 12).toString();
      if (status !== '101') faults.push(`${path}: opened with ${status}`);
      bytes = bytes.subarray(end + 4);
      onOpen(socket);
    }
    while (bytes.length >= 2 && bytes.length >= 2 + bytes[1]) {
      const [first, length] = bytes;
      const payload = bytes.subarray(2, 2 + length);
      bytes = bytes.subarray(2 + length);
      // Answered as RFC 6455 section 5.5.2 asks of everybody: who talks is pinged too.
      if ((first & 0x0f) === 9) socket.write(frame(10, payload));
      else onFrame(socket, first & 0x0f, payload);
    }
  });
  let error;
  socket.on('error', (cause) => {
    error = cause;
  });
  socket.on('close', () => onEnd(error));
  socket.write(handshake(path));
}

/** Sends numbers and expects each of them back, in order, until it is over. */
function bystander(n) {
  let next = 0;
  let expected = 0;
  const path = `/bystander/${n}`;
  const send = (socket) => {
    socket.write(frame(1, Buffer.from(`${n}:${next}`)));
    next += 1;
  };
  return new Promise((resolve) => {
    client(path, {
      onOpen: (socket) => {
        for (let i = 0; i < WINDOW; i += 1) send(socket);
      },
      onFrame: (socket, opcode, payload) => {
        if (opcode === 1 && payload.toString() === `${n}:${expected}`) {
          echoes += 1;
          expected += 1;
          if (!isOver) send(socket);
          else if (expected === next) socket.write(frame(8, Buffer.of(0x03, 0xe8)));
        } else if (opcode !== 8 || !isOver || payload.readUInt16BE() !== 1000) {
          faults.push(`${path}: opcode ${opcode}, ${payload.toString('latin1')} instead of ${expected}`);
        }
      },
      onEnd: () => {
        if (!isOver) faults.push(`${path}: TCP ended`);
        resolve();
      },
    });
  });
}

/** The Close that a client sees: of the crash, without a word; of the handler, before it; or the echo of its own. */
const SEEN = { closing: { code: 4001, reason: 'before it crashed' }, 'after-end': { code: 1000, reason: '' } };
const CRASHED = { code: 1011, reason: '' };

/** Asks for one crash, and sees it through. */
function crash() {
  const way = WAYS[Math.floor(random() * WAYS.length)];
  const path = `/crash/${way}/${clientsSoFar}`;
  const messages = 1 + Math.floor(random() * 20);
  const closes = way === 'after-end';
  let seen;
  return new Promise((resolve) => {
    client(path, {
      onOpen: (socket) => {
        const frames = Array.from({ length: messages }, (_, i) => frame(1, Buffer.from(String(i))));
        if (closes) frames.push(frame(8, Buffer.of(0x03, 0xe8)));
        socket.write(Buffer.concat(frames));
      },
      onFrame: (socket, opcode, payload) => {
        if (opcode !== 8) return;
        seen = payload;
        if (!closes) socket.write(frame(8, payload));
      },
      onEnd: (error) => {
        crashes += 1;
        const { code, reason } = SEEN[way] ?? CRASHED;
        const isAsExpected =
          seen !== undefined && seen.readUInt16BE() === code && seen.subarray(2).toString() === reason;
        if (!isAsExpected || error !== undefined)
          faults.push(`${path}: saw ${seen?.toString('latin1')} ${error?.code ?? ''}`);
        resolve();
      },
    });
  });
}

async function crashAgain() {
  while (!isOver) await crash();
}

const all = Promise.all([
  ...Array.from({ length: Number(bystanders) }, (_, n) => bystander(n)),
  ...Array.from({ length: Number(atOnce) }, crashAgain),
]);

process.on('message', async () => {
  isOver = true;
  await all;
  process.send({ echoes, crashes, faults: faults.slice(0, 20), faultCount: faults.length });
});
process.on('disconnect', () => process.exit());
