/**
 * What it costs a client to be sent large messages as fast as it takes them, in CPU time, by turns with one of ws.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { frameBytes, OP } from '../../support/frame-bytes.js';
import { medianRatio } from '../../support/median-ratio.js';
import { type RawPeer, RawServer } from '../../support/raw-peer.js';

const PROGRAM = fileURLToPath(new URL('receiving-program.mjs', import.meta.url));
const OURS = new URL('../../../dist/index.js', import.meta.url).href;
const PAYLOAD_BYTES = 200_000;
const FRAMES_A_BLOCK = 3;

const BLOCKS_A_SLICE = 50;
/** Of the CPU time of ws: about 0.9 is seen; with new memory for each message it was 1.4 to 4. */
const AT_MOST = 1.15;
const SERIES = { rounds: 5, mostRounds: 25, meets: (ratio: number) => ratio <= AT_MOST };

interface Client {
  readonly child: ChildProcess;
  readonly peer: RawPeer;
}

let server: RawServer;
const clients: Client[] = [];

beforeAll(async () => {
  server = await RawServer.listen();
});

afterAll(async () => {
  for (const { child, peer } of clients) {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
    await peer[Symbol.asyncDispose]();
  }
  await server[Symbol.asyncDispose]();
});

async function start(module: string, style: string): Promise<Client> {
  const child = fork(PROGRAM, [module, server.url, style], { execArgv: [] });
  const client = { child, peer: await server.nextPeer() };
  clients.push(client);
  return client;
}

const FRAME = frameBytes({ opcode: OP.text, payload: Buffer.alloc(PAYLOAD_BYTES, 'x') });
const BLOCK = Buffer.concat(Array.from({ length: FRAMES_A_BLOCK }, () => FRAME));

/** Sends so many blocks. @returns the CPU time that the client has taken so far, in us, when all have come. */
async function send({ child, peer }: Client, blocks: number): Promise<number> {
  const answered = once(child, 'message');
  child.send({ expected: blocks * FRAMES_A_BLOCK });
  for (let left = blocks; left > 0; left -= 1) await new Promise((resolve) => peer.socket.write(BLOCK, resolve));
  const [{ cpuUs }] = (await answered) as [{ readonly cpuUs: number }];
  return cpuUs;
}

async function slice(client: Client): Promise<number> {
  const before = await send(client, 0);
  return (await send(client, BLOCKS_A_SLICE)) - before;
}

test.each(['for await', 'frames$'])('messages of 200 KB by %s cost about the CPU time of ws at most', async (style) => {
  const theirs = await start('ws', '');
  const ours = await start(OURS, style);
  // Both warm up.
  for (const client of [theirs, ours]) await slice(client);
  const ratio = await medianRatio(SERIES, async () => {
    const theirsUs = await slice(theirs);
    return (await slice(ours)) / theirsUs;
  });
  process.stdout.write(`${style}: ${ratio.toFixed(2)} of the CPU time of ws\n`);
  expect(ratio).toBeLessThanOrEqual(AT_MOST);
});
