/**
 * What an echo costs a server that is written for ws, in CPU time: by turns with wirekeeper's classes and with those of
 * ws. The load is written by hand and sends the messages that are in flight in one write, so that neither server's speed
 * decides how many messages the other one finds in a read.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('echo-program.mjs', import.meta.url));
const KINDS = {
  theirs: 'ws',
  ours: new URL('../../../dist/adapters/ws/index.js', import.meta.url).href,
} as const;
const SOCKETS = 20;
const ROUNDS = 9;
const SLICE_MS = 400;
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

/** Echoes for a while; returns the CPU time of the server for one message, in us. */
async function slice(contestant: Contestant, inFlight: number): Promise<number> {
  const batch = Buffer.concat(Array.from({ length: inFlight }, () => FRAME));
  const before = await cpuUs(contestant);
  const until = performance.now() + SLICE_MS;
  const batches = await Promise.all(contestant.sockets.map((socket) => echo(socket, batch, until)));
  return ((await cpuUs(contestant)) - before) / (inFlight * batches.reduce((sum, each) => sum + each, 0));
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

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

test.each([1, 32])('an echo of 64 B costs no more CPU than with ws, %i in flight', async (inFlight) => {
  const { ours, theirs } = contestants;
  if (ours === undefined || theirs === undefined) throw new Error('a server did not start');
  // Both warm up.
  await slice(theirs, inFlight);
  await slice(ours, inFlight);
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const theirsUs = await slice(theirs, inFlight);
    ratios.push((await slice(ours, inFlight)) / theirsUs);
  }
  expect(median(ratios)).toBeLessThanOrEqual(1);
});
