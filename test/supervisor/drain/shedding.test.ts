import { expect, test } from 'vitest';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { Shedding, type SheddingSettings } from '../../../src/supervisor/drain/shedding.js';
import { aHome } from '../../support/a-home.js';
import { FakeWire } from '../../support/fake-wire.js';

const SETTINGS: SheddingSettings = {
  finishFirstMs: 0,
  spreadMs: 1_000,
  adviseReconnectMs: 0,
  code: 1012,
  reason: 'restart',
};

/** Connections that are to end, and whether all have. */
function aShedding(count: number, settings: Partial<SheddingSettings> = {}) {
  const home = aHome();
  const parts = Array.from({ length: count }, (_, n) => {
    const wire = new FakeWire();
    const connection = new ConnectionActor({ id: `c${n}`, home, role: 'accepted', wire });
    connection.start();
    return { wire, connection };
  });
  let emptied = 0;
  const shedding = new Shedding(
    parts.map(({ connection }) => connection),
    { ...SETTINGS, ...settings },
    home.shared,
    () => {
      emptied += 1;
    },
  );
  const closed = () => parts.filter(({ wire }) => wire.asked.includes('close 1012 restart'));
  return { ...home, parts, shedding, closed, emptied: () => emptied };
}

test('of nobody is over when it starts', () => {
  const { shedding, emptied, clock } = aShedding(0);
  shedding.start();
  expect([emptied(), clock.pending]).toEqual([1, 0]);
});

test('is over once the last has ended, and says how long each took from its Close', () => {
  const { shedding, parts, closed, emptied, clock } = aShedding(2);
  shedding.start();
  clock.advance(1);
  const [first] = closed();
  const last = parts.find((part) => part !== first);
  expect([closed().length, shedding.size]).toEqual([1, 2]);
  clock.advance(100);
  for (const part of [first, last]) {
    if (part === undefined) throw new Error('there are two');
    expect([shedding.closedFor(part.connection), shedding.has(part.connection)]).toEqual([
      part === first ? 100 : undefined,
      true,
    ]);
    shedding.ended(part.connection);
    expect([shedding.has(part.connection), emptied()]).toEqual([false, part === first ? 0 : 1]);
  }
});

test('an end that is told twice counts once', () => {
  const { shedding, parts, emptied } = aShedding(1);
  shedding.start();
  for (const { connection } of [...parts, ...parts]) shedding.ended(connection);
  expect(emptied()).toBe(1);
});

test('leaves alone what has begun to end by itself', () => {
  const { shedding, parts, clock } = aShedding(1);
  parts[0]?.connection.close(4001);
  shedding.start();
  clock.advance(2_000);
  expect(parts[0]?.wire.asked).toEqual(['close 4001']);
});

test('released, it closes no more and keeps those that it has closed', () => {
  const { shedding, closed, clock } = aShedding(10);
  shedding.start();
  clock.advance(250);
  const count = closed().length;
  expect(shedding.release()).toBe(10 - count);
  expect([shedding.size, closed().every(({ connection }) => shedding.has(connection))]).toEqual([count, true]);
  clock.advance(5_000);
  expect(closed()).toHaveLength(count);
});

test('terminated, all that is left is, whether it was closed or not', () => {
  const { shedding, parts, clock } = aShedding(4);
  shedding.start();
  clock.advance(250);
  shedding.terminate();
  expect(parts.every(({ wire }) => wire.asked.at(-1) === 'terminate')).toBe(true);
});

test('overtaken before finishFirstMs has passed, it closes nobody', () => {
  const { shedding, closed, clock } = aShedding(4, { finishFirstMs: 500 });
  shedding.start();
  shedding.overtaken();
  clock.advance(5_000);
  expect([closed(), clock.pending]).toEqual([[], 0]);
});
