import { expect, test } from 'vitest';
import { Noted, Step } from '../../../src/inspect/recorder/entry.js';
import type { Owner } from '../../../src/inspect/recorder/machine-record.js';
import { RecordStore } from '../../../src/inspect/recorder/record-store.js';
import { resolveRecorder } from '../../../src/inspect/recorder/resolve-recorder.js';
import { createHeapClock } from '../../../src/testing/index.js';

const supervisor = { clock: createHeapClock(), name: 'service' };
const connection = (id: string) => ({ id, role: 'accepted', state: 'open' }) as unknown as Owner;
const dialer = (id: string) => ({ kind: 'dialer', id, state: 'up' }) as unknown as Owner;

const noteOf = (bytes: number) => new Noted(0, { type: 'x'.repeat(bytes) });

function aStore(options = {}) {
  const store = new RecordStore(resolveRecorder({ maxBytesEach: 1_000_000, ...options }));
  const begin = (owner: Owner) => {
    store.begin(owner, supervisor, 'up');
    const record = store.find(owner);
    if (record === undefined) throw new Error('there is a record');
    return record;
  };
  const end = (owner: Owner, bytes = 0) =>
    store.end(
      begin(owner),
      {
        machine: 'dialer',
        id: owner.id,
        at: 0,
        beganAt: 0,
        exit: { id: owner.id, reason: 'normal' },
      },
      bytes,
    );
  return { store, begin, end };
}

test('finds what runs, and what has ended, by itself and by its id; of several the latest', () => {
  const { store, begin, end } = aStore();
  const [c1, first, second] = [connection('c1'), dialer('feed'), dialer('feed')];
  const record = begin(c1);
  expect(begin(c1)).toBe(record);
  begin(first);
  begin(second);
  expect(store.find('c1')).toBe(record);
  expect(store.find('feed')).toBe(store.find(second));
  end(second);
  expect(store.find('feed')).toBe(store.find(first));
  const ended = store.find(first);
  end(first);
  end(c1);
  expect(store.find('feed')).toBe(ended);
  expect(store.find('c1')).toBe(record);
  expect([...store.all()]).toHaveLength(3);
  expect(store.find('c2')).toBeUndefined();
});

test('keeps the latest that have ended, and forgets the others wholly', () => {
  const { store, end } = aStore({ maxTimelines: 2 });
  const owners = [connection('c1'), dialer('feed'), connection('c2'), dialer('log')];
  for (const owner of owners) end(owner);
  expect(owners.map((owner) => store.find(owner) !== undefined)).toEqual([false, false, true, true]);
  expect(store.find('feed')).toBeUndefined();
});

test('with no timelines kept there is no memory used for those that have ended', () => {
  const { store, end } = aStore({ maxTimelines: 0 });
  for (let i = 0; i < 10; i++) end(connection(`c${i}`), 100);
  expect(store.bytes).toBe(0);
});

test('counts the memory of all, and drops ended timelines for those that run, then notes', () => {
  const { store, begin, end } = aStore({ maxBytes: 65_536, maxEntriesEach: 1_000 });
  end(connection('c1'), 30_000);
  end(connection('c2'), 30_000);
  expect(store.bytes).toBeGreaterThan(60_000);
  const running = begin(connection('c3'));
  store.add(running, noteOf(10_000));
  expect(store.find('c1')).toBeUndefined();
  expect(store.find('c2')).toBeDefined();
  for (let i = 0; i < 10; i++) store.add(running, noteOf(10_000));
  expect(store.find('c2')).toBeUndefined();
  expect(store.bytes).toBeLessThanOrEqual(65_536);
  expect(store.bytes).toBe(running.bytes);
  expect(running.dropped?.notes).toBe(5);
});

test('a first step at the beginning is no entry of its own, and is shown and dropped as one', () => {
  const { store, begin } = aStore({ maxEntriesEach: 16 });
  const start = { type: undefined, from: 'dialing', to: 'dialing', effects: ['startDial'] };
  const [one, two] = [begin(dialer('one')), begin(dialer('two'))];
  for (const record of [one, two]) store.add(record, new Step(record.now(), start));
  expect(one.beginning).toBe(two.beginning);
  expect([...one.entries()]).toEqual([new Step(0, start)]);
  expect(store.bytes).toBe(0);
  for (let i = 0; i < 16; i += 1)
    store.add(one, new Step(1, { type: `step ${i}`, from: `${i}`, to: `${i + 1}`, effects: [] }));
  expect([...one.entries()]).toHaveLength(16);
  expect(one.dropped).toEqual({ steps: 1, notes: 0 });
  expect([...two.entries()]).toHaveLength(1);
});

test('a start that comes later, or again, is an entry', () => {
  const { store, begin } = aStore();
  const start = { type: undefined, from: 'dialing', to: 'dialing', effects: ['startDial'] };
  const late = begin(dialer('late'));
  supervisor.clock.advance(5);
  store.add(late, new Step(late.now(), start));
  store.add(late, new Step(late.now(), start));
  expect([...late.entries()].map(({ at }) => at)).toEqual([50, 50]);
  expect(late.beginning.start).toBeUndefined();
});
