import { expect, test } from 'vitest';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { PacedClose, type PacedCloseSettings } from '../../../src/supervisor/drain/paced-close.js';
import { aParent } from '../../support/a-parent.js';
import { FakeWire } from '../../support/fake-wire.js';

const SETTINGS: PacedCloseSettings = {
  finishFirstMs: 0,
  spreadMs: 1_000,
  adviseReconnectMs: 0,
  code: 1012,
  reason: 'restart',
};

/** Connections that are to end, and whether all have. */
function aPacedClose(count: number, settings: Partial<PacedCloseSettings> = {}) {
  const parent = aParent();
  const parts = Array.from({ length: count }, (_, n) => {
    const wire = new FakeWire();
    const connection = new ConnectionActor({ id: `c${n}`, parent, role: 'accepted', wire });
    connection.start();
    return { wire, connection };
  });
  let emptied = 0;
  const pacedClose = new PacedClose(
    parts.map(({ connection }) => connection),
    { ...SETTINGS, ...settings },
    parent.services,
    () => {
      emptied += 1;
    },
  );
  const closed = () => parts.filter(({ wire }) => wire.asked.includes('close 1012 restart'));
  return { ...parent, parts, pacedClose, closed, emptied: () => emptied };
}

test('of no connections is over when it starts', () => {
  const { pacedClose, emptied, clock } = aPacedClose(0);
  pacedClose.start();
  expect([emptied(), clock.pending]).toEqual([1, 0]);
});

test('is over when the last has ended, and knows how long each took from its Close', () => {
  const { pacedClose, parts, closed, emptied, clock } = aPacedClose(2);
  pacedClose.start();
  clock.advance(1);
  const [first] = closed();
  const last = parts.find((part) => part !== first);
  expect([closed().length, pacedClose.size]).toEqual([1, 2]);
  clock.advance(100);
  for (const part of [first, last]) {
    if (part === undefined) throw new Error('there are two');
    expect([pacedClose.closedFor(part.connection), pacedClose.has(part.connection)]).toEqual([
      part === first ? 100 : undefined,
      true,
    ]);
    pacedClose.ended(part.connection);
    expect([pacedClose.has(part.connection), emptied()]).toEqual([false, part === first ? 0 : 1]);
  }
});

test('an end that is entered twice counts once', () => {
  const { pacedClose, parts, emptied } = aPacedClose(1);
  pacedClose.start();
  for (const { connection } of [...parts, ...parts]) pacedClose.ended(connection);
  expect(emptied()).toBe(1);
});

test('leaves connections alone that have begun to end by themselves', () => {
  const { pacedClose, parts, clock } = aPacedClose(1);
  parts[0]?.connection.close(4001);
  pacedClose.start();
  clock.advance(2_000);
  expect(parts[0]?.wire.asked).toEqual(['close 4001']);
});

test('release closes no more, and keeps those that were closed', () => {
  const { pacedClose, closed, clock } = aPacedClose(10);
  pacedClose.start();
  clock.advance(250);
  const count = closed().length;
  expect(pacedClose.release()).toBe(10 - count);
  expect([pacedClose.size, closed().every(({ connection }) => pacedClose.has(connection))]).toEqual([count, true]);
  clock.advance(5_000);
  expect(closed()).toHaveLength(count);
});

test('terminate terminates all that are left, closed or not', () => {
  const { pacedClose, parts, clock } = aPacedClose(4);
  pacedClose.start();
  clock.advance(250);
  pacedClose.terminate();
  expect(parts.every(({ wire }) => wire.asked.at(-1) === 'terminate')).toBe(true);
});

test('a stop before finishFirstMs has passed closes nobody', () => {
  const { pacedClose, closed, clock } = aPacedClose(4, { finishFirstMs: 500 });
  pacedClose.start();
  pacedClose.stop();
  clock.advance(5_000);
  expect([closed(), clock.pending]).toEqual([[], 0]);
});
