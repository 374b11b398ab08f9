/**
 * Five hundred dialers whose server answers nothing, and one whose server is well: the many used to hold the one up for
 * 49 s.
 */
import { describe, expect, test } from 'vitest';
import { type Connection, createSupervisor, type Dialer } from '../../src/index.js';
import { createHeapClock, createMemoryTransport } from '../../src/testing/index.js';

const MANY = 500;
const GONE_PORT = 7001;
const HEALTHY_PORT = 7002;

/** Almost no backoff, so that the dialer waits only for the limiter. */
const BACKOFF = { initialMs: 1, firstWithinMs: 1 };

/** All there may be in the way: ten others at 5 ms each, and the rounding of timers. */
const PROMPT_MS = 300;

const handler = (connection: Connection) => connection.closed;

async function aStage() {
  const clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  const { network } = transport;
  const server = createSupervisor({ clock, transport, liveness: false });
  for (const port of [GONE_PORT, HEALTHY_PORT]) await server.listen({ port, handler });
  const supervisor = createSupervisor({ clock, transport, liveness: false });
  const dialTo = (port: number, host = 'memory') =>
    supervisor.dial({ url: `ws://${host}:${port}/`, handler, backoff: BACKOFF });
  return {
    clock,
    network,
    supervisor,
    dialMany: (hostOf?: (n: number) => string) =>
      Array.from({ length: MANY }, (_, n) => dialTo(GONE_PORT, hostOf?.(n))),
    dialOne: () => dialTo(HEALTHY_PORT),
    resetAll: (port: number) => {
      for (const link of [...network.links]) if (link.port === port) link.accepted.socket.reset();
    },
    async [Symbol.asyncDispose]() {
      supervisor.stop().catch(() => {});
      server.stop().catch(() => {});
      await clock.advanceAsync(30_000);
      await Promise.all([supervisor.ended, server.ended]);
    },
  };
}

/** How long, in ms, until the one is up. */
async function untilUp({ clock }: Awaited<ReturnType<typeof aStage>>, one: Dialer): Promise<number> {
  const since = clock.now();
  while (one.state !== 'up' && clock.now() - since < 60_000) await clock.advanceAsync(10);
  return clock.now() - since;
}

describe.each<[string, ((n: number) => string) | undefined]>([
  ['one host', undefined],
  ['a host each', (n) => `host-${n}`],
])('500 dialers that nobody answers, to %s, do not hold up', (_what, hostOf) => {
  test.each<[string, number]>([
    ['while each of them makes its first attempt', 1_000],
    ['when all have failed', 120_000],
  ])('the redial of one that was connected, %s', async (_when, afterMs) => {
    await using stage = await aStage();
    const one = stage.dialOne();
    await untilUp(stage, one);
    stage.network.ignoreDials(GONE_PORT);
    stage.dialMany(hostOf);
    await stage.clock.advanceAsync(afterMs);
    stage.resetAll(HEALTHY_PORT);
    await stage.clock.advanceAsync(0);
    expect(one.state).not.toBe('up');
    expect(await untilUp(stage, one)).toBeLessThan(PROMPT_MS);
  });

  test('a first attempt, when all have failed', async () => {
    await using stage = await aStage();
    stage.network.ignoreDials(GONE_PORT);
    stage.dialMany(hostOf);
    await stage.clock.advanceAsync(120_000);
    expect(await untilUp(stage, stage.dialOne())).toBeLessThan(PROMPT_MS);
  });
});

test('500 dialers to one host do not hold up the first attempt to another one, while each makes its own', async () => {
  await using stage = await aStage();
  stage.network.ignoreDials(GONE_PORT);
  stage.dialMany();
  await stage.clock.advanceAsync(1_000);
  expect(await untilUp(stage, stage.dialOne())).toBeLessThan(PROMPT_MS);
});

test('500 dialers that lose their one server at once do not hold up the redial of one that lost another', async () => {
  await using stage = await aStage();
  const many = stage.dialMany();
  const one = stage.dialOne();
  await stage.clock.advanceAsync(10_000);
  expect(many.filter(({ state }) => state === 'up')).toHaveLength(MANY);
  stage.network.ignoreDials(GONE_PORT);
  stage.resetAll(GONE_PORT);
  await stage.clock.advanceAsync(1_000);
  stage.resetAll(HEALTHY_PORT);
  await stage.clock.advanceAsync(0);
  expect(await untilUp(stage, one)).toBeLessThan(PROMPT_MS);
});

test('the black-holed dialers all get their turns, and are up when they are answered', async () => {
  await using stage = await aStage();
  stage.network.ignoreDials(GONE_PORT);
  const many = stage.dialMany();
  await stage.clock.advanceAsync(600_000);
  const attempts = many.map((dialer) => dialer.lastReport?.epoch ?? 0);
  expect(Math.min(...attempts)).toBeGreaterThanOrEqual(4);
  stage.network.admitDials(GONE_PORT);
  await stage.clock.advanceAsync(60_000);
  expect(many.filter(({ state }) => state === 'up')).toHaveLength(MANY);
});
