/**
 * What an echo costs a server that is written for ws, in CPU time: by turns with wirekeeper's classes and with those of
 * ws. The load is written by hand. Where it sends the messages that are in flight in one write, neither server's speed
 * decides how many messages the other one finds in a read; where it writes them one by one, as most clients do, it may.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { medianRatio } from '../../support/median-ratio.js';

const PROGRAM = fileURLToPath(new URL('echo-program.mjs', import.meta.url));
const KINDS = {
  theirs: 'ws',
  ours: new URL('../../../dist/adapters/ws/index.js', import.meta.url).href,
} as const;
const SOCKETS = 20;
/** Of the CPU time of ws. */
const AT_MOST = 1;
const SERIES = { rounds: 9, mostRounds: 45, meets: (ratio: number) => ratio <= AT_MOST };
const SLICE_MS = 250;
const PAYLOAD_BYTES = 64;

/** A text of `PAYLOAD_BYTES`, masked with zeros. Its echo has a header of two bytes. */
const FRAME = Buffer.concat([Buffer.from([0x81, 0x80 | PAYLOAD_BYTES, 0, 0, 0, 0]), Buffer.alloc(PAYLOAD_BYTES, 'x')]);
const ECHO_BYTES = 2 + PAYLOAD_BYTES;

const HANDSHAKE =
  'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

interface Contestant {
  readonly child: ChildProcess;
  readonly sockets: readonly Socket[];
}

const contestants: Partial<Record<keyof typeof KINDS, Contestant>> = {};

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay();
  socket.write(HANDSHAKE);
  await once(socket, 'data');
  return socket;
}

async function start(module: string): Promise<Contestant> {
  const child = fork(PROGRAM, [module]);
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }];
  return { child, sockets: await Promise.all(Array.from({ length: SOCKETS }, () => open(port))) };
}

async function cpuUs({ child }: Contestant): Promise<number> {
  const answered = once(child, 'message');
  child.send('cpu');
  const [{ cpuUs: us }] = (await answered) as [{ readonly cpuUs: number }];
  return us;
}

/** Sends the batch each time that all of it has been echoed, until the time has come; returns the number of batches. */
function echo(socket: Socket, batch: Buffer, until: number): Promise<number> {
  const answerBytes = (batch.length / FRAME.length) * ECHO_BYTES;
  return new Promise((resolve) => {
    let batches = 0;
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes < answerBytes) return;
      bytes = 0;
      batches += 1;
      if (performance.now() < until) {
        socket.write(batch);
        return;
      }
      socket.off('data', onData);
      resolve(batches);
    };
    socket.on('data', onData);
    socket.write(batch);
  });
}

/** Writes one message for each that has been echoed, until the time has come; returns the number of messages. */
function echoOneByOne(socket: Socket, inFlight: number, until: number): Promise<number> {
  return new Promise((resolve) => {
    let messages = 0;
    let left = inFlight;
    let bytes = 0;
    const write = (count: number) => {
      for (let written = 0; written < count; written += 1) socket.write(FRAME);
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      const echoed = Math.floor(bytes / ECHO_BYTES);
      bytes -= echoed * ECHO_BYTES;
      messages += echoed;
      if (performance.now() < until) {
        write(echoed);
        return;
      }
      left -= echoed;
      if (left > 0) return;
      socket.off('data', onData);
      resolve(messages);
    };
    socket.on('data', onData);
    write(inFlight);
  });
}

/** Makes a load of which each socket has so many messages in flight, and which resolves with how many were echoed. */
type Load = (inFlight: number) => (socket: Socket, until: number) => Promise<number>;

const LOADS = {
  'in one write': (inFlight) => {
    const batch = Buffer.concat(Array.from({ length: inFlight }, () => FRAME));
    return async (socket, until) => inFlight * (await echo(socket, batch, until));
  },
  'one by one': (inFlight) => (socket, until) => echoOneByOne(socket, inFlight, until),
} as const satisfies Record<string, Load>;

/** Echoes for a while; returns the CPU time of the server for one message, in us. */
async function slice(contestant: Contestant, load: ReturnType<Load>): Promise<number> {
  const before = await cpuUs(contestant);
  const until = performance.now() + SLICE_MS;
  const messages = await Promise.all(contestant.sockets.map((socket) => load(socket, until)));
  return ((await cpuUs(contestant)) - before) / messages.reduce((sum, each) => sum + each, 0);
}

beforeAll(async () => {
  contestants.theirs = await start(KINDS.theirs);
  contestants.ours = await start(KINDS.ours);
});

afterAll(async () => {
  for (const { child, sockets } of Object.values(contestants)) {
    for (const socket of sockets) socket.destroy();
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  }
});

test.each([
  [1, 'in one write'],
  [32, 'in one write'],
  [32, 'one by one'],
] as const)('an echo of 64 B costs no more CPU than with ws, %i in flight, written %s', async (inFlight, written) => {
  const { ours, theirs } = contestants;
  if (ours === undefined || theirs === undefined) throw new Error('a server did not start');
  const load = LOADS[written](inFlight);
  // Both warm up.
  await slice(theirs, load);
  await slice(ours, load);
  const ratio = await medianRatio(SERIES, async () => {
    const theirsUs = await slice(theirs, load);
    return (await slice(ours, load)) / theirsUs;
  });
  process.stdout.write(`${inFlight} in flight, ${written}: ${ratio.toFixed(2)} of the CPU time of ws\n`);
  expect(ratio).toBeLessThanOrEqual(AT_MOST);
});
