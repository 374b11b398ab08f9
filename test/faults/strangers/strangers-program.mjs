/**
 * Strangers of each kind. One that is thrown out comes again.
 *
 * Argument: the port. Orders: `start` has strangers of some `kinds` come, one kind after the other, and is answered
 * when all are on their way; `stop` has them go, and is answered when they have.
 */
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { frameBytes, HOST, REQUEST, upgrade } from './bytes.mjs';

const port = Number(process.argv[2]);
const sockets = new Set();
const AGAIN_AFTER_MS = 100;
/** So many come at once, each 10 ms. */
const AT_ONCE = 50;
const EVERY_MS = 10;

/** Below `maxFragments`: a message that is allowed. */
const FRAGMENTS = 60_000;
const ONE_BYTE = Buffer.from('x');
const IN_FRAGMENTS = Buffer.concat([
  frameBytes(0x02, ONE_BYTE),
  ...Array.from({ length: FRAGMENTS - 2 }, () => frameBytes(0x00, ONE_BYTE)),
  frameBytes(0x80, ONE_BYTE),
]);
const LARGE = frameBytes(0x82, Buffer.alloc(16_384, 1));
/** In the mean. */
const LARGE_EVERY_MS = 50;
const READ_EVERY_MS = 1000;
const PING = 0x89;
const PONG = 0x8a;

/** Writes a message again and again, as fast as it is taken. */
function flood(socket) {
  socket.on('data', () => {});
  const next = (error) => {
    if (!error) socket.write(IN_FRAGMENTS, next);
  };
  next();
}

/** Sends its request byte by byte, and never the last. */
function handshakeSlowly(socket) {
  let at = 0;
  every(socket, 500, () => {
    if (at < REQUEST.length - 1) socket.write(REQUEST.subarray(at, at + 1));
    at += 1;
  });
}

/** Says nothing, and answers Pings. */
function idle(socket) {
  socket.on('data', (bytes) => {
    if (bytes[0] === PING) socket.write(frameBytes(PONG, bytes.subarray(2)));
  });
}

/** Sends 320 KiB/s, and reads less than a fifth of the echoes, both at times of its own. */
function readSlowly(socket) {
  socket.on('data', () => {
    socket.pause();
    setTimeout(() => socket.resume(), 2 * Math.random() * READ_EVERY_MS);
  });
  const next = () => {
    if (socket.writableLength === 0) socket.write(LARGE);
    timer = setTimeout(next, 2 * Math.random() * LARGE_EVERY_MS);
  };
  let timer = setTimeout(next, Math.random() * LARGE_EVERY_MS);
  socket.on('close', () => clearTimeout(timer));
}

function every(socket, ms, act) {
  const timer = setInterval(() => act(), ms);
  socket.on('close', () => clearInterval(timer));
}

const after = (act) => async (socket) => {
  if (await upgrade(socket)) act(socket);
  else socket.destroy();
};

const KINDS = {
  fragments: { count: 250, begin: after(flood) },
  handshakes: { count: 1000, begin: handshakeSlowly },
  idle: { count: 10_000, begin: after(idle) },
  readers: { count: 200, begin: after(readSlowly) },
};

let isOn = false;
/** An address for each kind and round: each has 28,000 ports. */
let addresses = 0;

function come(localAddress, begin) {
  const socket = connect({ port, host: HOST, localAddress });
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', async () => {
    sockets.delete(socket);
    await wait(AGAIN_AFTER_MS);
    if (isOn) come(localAddress, begin);
  });
  begin(socket)?.catch(() => socket.destroy());
}

async function start(kind) {
  const { count, begin } = KINDS[kind];
  addresses += 1;
  const localAddress = `127.0.1.${addresses}`;
  for (let i = 0; i < count; i += 1) {
    come(localAddress, begin);
    if (i % AT_ONCE === AT_ONCE - 1) await wait(EVERY_MS);
  }
}

process.on('message', async ({ order, kinds }) => {
  isOn = order === 'start';
  if (isOn) for (const kind of kinds) await start(kind);
  const here = sockets.size;
  if (!isOn) {
    // A reset leaves no port in TIME_WAIT.
    for (const socket of sockets) socket.resetAndDestroy();
    while (sockets.size > 0) await wait(EVERY_MS);
  }
  process.send({ here });
});
process.on('disconnect', () => process.exit());
process.send({});
