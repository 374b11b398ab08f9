import { expect, test } from 'vitest';
import { BrokerLine } from '../../src/cluster/broker-line.js';
import type { Broker } from '../../src/cluster/port/broker.js';
import { createMemoryBroker } from '../../src/testing/memory-broker.js';
import { aSupervisor } from '../support/a-supervisor.js';

function aLine(make?: (broker: Broker) => Broker) {
  const { clock, supervisor } = aSupervisor();
  const memory = createMemoryBroker(clock);
  const broker = make?.(memory) ?? memory;
  const seen: string[] = [];
  const line = new BrokerLine(
    { broker, node: 'n1', clock, connectWithinMs: 1_000, random: () => 0.5 },
    {
      up: () => seen.push('up'),
      down: (error, hadLink) =>
        seen.push(error instanceof Error ? `${hadLink ? 'lost' : 'failed'}: ${error.message}` : 'ended'),
      stopping: (link) => seen.push(link === undefined ? 'stopping without a link' : 'stopping'),
    },
  );
  return { clock, supervisor, memory, seen, line };
}

test('is up when it has started, and ends with its supervisor, after what it had to say', async () => {
  const { line, seen, supervisor, memory } = aLine();
  await supervisor.startChild(line.spec('line'));
  expect([line.status, seen, memory.nodes]).toEqual(['up', ['up'], ['n1']]);
  await supervisor.stop();
  expect([line.status, memory.nodes]).toEqual(['stopped', []]);
  expect(seen).toEqual(['up', 'stopping', 'ended']);
});

test('tries again with growing pauses, and is no restart', async () => {
  const { clock, line, seen, memory, supervisor } = aLine();
  memory.stop();
  await supervisor.startChild(line.spec('line'));
  expect(line.status).toBe('down');
  await clock.advanceAsync(60_000);
  const tries = seen.length;
  // Pauses of half of 0.1, 0.2, 0.4, 0.8, 1.6, and then 2 s.
  expect(tries).toBe(64);
  memory.start();
  await clock.advanceAsync(5_000);
  memory.cut('n1');
  await clock.advanceAsync(5_000);
  expect(seen.slice(tries)).toEqual(['up', 'lost: the broker in memory has cut the link', 'up']);
  expect(supervisor.whichChildren()[0]).toMatchObject({ state: 'running', restarts: 0 });
  await supervisor.stop();
});

test('a broker that does not answer is given up, and a link that it brings too late is closed', async () => {
  let answer = () => {};
  const { clock, line, seen, memory, supervisor } = aLine((inner) => ({
    name: 'late',
    connect: async (request) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return await inner.connect({ ...request, signal: new AbortController().signal });
    },
  }));
  const started = supervisor.startChild(line.spec('line'));
  await clock.advanceAsync(1_000);
  await started;
  expect(seen).toEqual(['failed: the broker did not answer within 1000 ms']);
  answer();
  await clock.advanceAsync(0);
  expect(memory.nodes).toEqual([]);
  await supervisor.stop();
});

test('a broker that throws is one that cannot be reached', async () => {
  const { line, seen, supervisor } = aLine(() => ({
    name: 'broken',
    connect: () => {
      throw new Error('a bug');
    },
  }));
  await supervisor.startChild(line.spec('line'));
  expect([line.status, seen]).toEqual(['down', ['failed: a bug']]);
  await supervisor.stop();
  expect(seen.at(-1)).toBe('stopping without a link');
});

test('a link that never ends does not keep the supervisor from stopping', async () => {
  const { clock, line, supervisor } = aLine((inner) => ({
    name: 'stuck',
    connect: async (request) => Object.assign(await inner.connect(request), { ended: new Promise(() => {}) }),
  }));
  await supervisor.startChild(line.spec('line'));
  const stopped = supervisor.stop();
  await clock.advanceAsync(10_000);
  expect((await stopped).outcome).toBe('stopped');
});
