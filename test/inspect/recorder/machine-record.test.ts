import { describe, expect, test } from 'vitest';
import { Beginnings } from '../../../src/inspect/recorder/beginning.js';
import { type Entry, Noted, RoundTrips, Step, sizeOf } from '../../../src/inspect/recorder/entry.js';
import { MachineRecord, machineOf, type Owner } from '../../../src/inspect/recorder/machine-record.js';
import { createHeapClock } from '../../../src/testing/index.js';

const BOUNDS = { maxEntriesEach: 16, maxBytesEach: 100_000 };
const connection = { id: 'c1', role: 'accepted', state: 'open' } as unknown as Owner;
const dialer = { kind: 'dialer', id: 'feed', state: 'dialing' } as unknown as Owner;

/** A record whose clock stands, and a way to add steps to it by their names. */
function aRecord(owner: Owner) {
  const clock = createHeapClock();
  const record = new MachineRecord(owner, new Beginnings().of({ clock, name: 'service' }, 'open'));
  const step = (type: string | undefined, from: string, to: string, effects: readonly string[] = []) =>
    record.add(new Step(record.now(), { type, from, to, effects }), BOUNDS);
  const note = (type: string) => record.add(new Noted(record.now(), { type }), BOUNDS);
  const names = () => [...record.entries()].map(nameOf);
  return { clock, record, step, note, names };
}

function nameOf(entry: Entry): string {
  if (entry instanceof Step) return entry.shape.type ?? 'start';
  return entry instanceof Noted ? entry.note.type : 'round trips';
}

test('times are tenths of a ms since its beginning', () => {
  const { clock, record } = aRecord(connection);
  clock.advance(12);
  expect(record.now()).toBe(120);
});

test('the machine of an owner is known by its kind', () => {
  expect([machineOf(connection), machineOf(dialer)]).toEqual(['connection', 'dialer']);
  expect(aRecord(dialer).record.machine).toBe('dialer');
});

describe('beyond its bounds', () => {
  test('drops the oldest note before any step that changed the state', () => {
    const { record, step, note, names } = aRecord(connection);
    step('wire.opened', 'connecting', 'open');
    for (let i = 0; i < 20; i++) note(`note ${i}`);
    expect(names()).toEqual(['wire.opened', ...Array.from({ length: 15 }, (_, i) => `note ${i + 5}`)]);
    expect(record.dropped).toEqual({ steps: 0, notes: 5 });
    expect(record.bytes).toBe([...record.entries()].reduce((sum, entry) => sum + sizeOf(entry), 0));
  });

  test('drops steps that led nowhere, and repeated ones', () => {
    const { record, step, names } = aRecord(connection);
    const keep = ['keepHandlerError'];
    step('close', 'open', 'closing.awaitingPeer');
    step('handler.threw', 'closing.awaitingPeer', 'closing.awaitingPeer', keep);
    const again = { type: 'handler.threw', from: 'closing.awaitingPeer', to: 'closing.awaitingPeer', effects: keep };
    for (let i = 0; i < 20; i++) record.add(new Step(0, again), BOUNDS);
    for (let i = 0; i < 20; i++) step('close', 'closing.awaitingPeer', 'closing.awaitingPeer');
    step('wire.closed', 'failed', 'failed');
    expect(names().filter((name) => name === 'handler.threw')).toHaveLength(2);
    expect(names().at(0)).toBe('close');
    expect(names().at(-1)).toBe('wire.closed');
    expect(record.dropped?.steps).toBe(27);
  });

  test('never drops what decides the report of a connection', () => {
    const { record, step, names, note } = aRecord(connection);
    for (let i = 0; i < 30; i++) step(`step ${i}`, `${i}`, `${i + 1}`);
    note('late');
    expect(names()).toHaveLength(30);
    expect(record.dropOne()).toBe(false);
  });

  test('drops the oldest steps of a dialer when there are no notes', () => {
    const { record, step, names } = aRecord(dialer);
    step(undefined, 'dialing', 'dialing', ['startDial']);
    for (let i = 0; i < 30; i++) step(`step ${i}`, `${i}`, `${i + 1}`);
    expect(names()).toEqual(Array.from({ length: 16 }, (_, i) => `step ${i + 14}`));
    expect(record.dropped).toEqual({ steps: 15, notes: 0 });
  });

  test('of bytes as well', () => {
    const { record } = aRecord(dialer);
    const bounds = { maxEntriesEach: 100, maxBytesEach: 4096 };
    for (let i = 0; i < 100; i++)
      record.add(new Noted(0, { type: 'dial.begun', connectionId: 'x'.repeat(100) }), bounds);
    expect(record.bytes).toBeLessThanOrEqual(4096);
    expect(record.dropped?.notes).toBeGreaterThan(50);
  });
});

test('folds round trips until something else happens', () => {
  const { clock, record, note } = aRecord(connection);
  for (const ms of [2, 1, 3]) {
    clock.advance(10);
    record.roundTrip(ms, BOUNDS);
  }
  note('reading.paused');
  record.roundTrip(4, BOUNDS);
  const trips = [...record.entries()].filter((entry) => entry instanceof RoundTrips);
  expect(trips.map(({ at, count, min, max, last }) => ({ at, count, min, max, last }))).toEqual([
    { at: 300, count: 3, min: 100, max: 300, last: 300 },
    { at: 300, count: 1, min: 400, max: 400, last: 400 },
  ]);
});
