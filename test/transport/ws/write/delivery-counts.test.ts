import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fate } from '../../../../src/transport/wire-fact.js';
import { DeliveryCounts } from '../../../../src/transport/ws/write/delivery-counts.js';

function taken(...sizes: number[]): DeliveryCounts {
  const ledger = new DeliveryCounts();
  for (const size of sizes) ledger.take(size);
  return ledger;
}

describe('what is unconfirmed', () => {
  test('is everything taken that the kernel is not known to have', () => {
    const ledger = taken(10, 20, 30);
    ledger.give(2, 30);
    expect(ledger.unwritten).toEqual({ frames: 3, bytes: 60 });
    ledger.settle();
    expect(ledger.unwritten).toEqual({ frames: 1, bytes: 30 });
  });

  test('includes what was discarded', () => {
    const ledger = taken(10, 20);
    ledger.give(1, 10);
    ledger.settle();
    expect(ledger.discard()).toEqual({ frames: 1, bytes: 20 });
    expect(ledger.unwritten).toEqual({ frames: 1, bytes: 20 });
  });

  test('is settled up to a mark', () => {
    const ledger = taken(10, 20, 30);
    ledger.give(1, 10);
    const { frames, bytes } = ledger.given;
    ledger.give(2, 50);
    ledger.settle(frames, bytes);
    expect(ledger.unwritten).toEqual({ frames: 2, bytes: 50 });
  });
});

describe('a confirmation', () => {
  test('comes at once when nothing is on its way', () => {
    const told: Fate[] = [];
    new DeliveryCounts().confirm((fate) => told.push(fate));
    expect(told).toEqual(['written']);
  });

  test('comes when everything taken before it was settled, and not before', () => {
    const ledger = taken(1);
    const told: string[] = [];
    ledger.confirm((fate) => told.push(`first ${fate}`));
    ledger.take(1);
    ledger.confirm((fate) => told.push(`second ${fate}`));
    ledger.give(1, 1);
    ledger.settle();
    expect(told).toEqual(['first written']);
    ledger.give(1, 1);
    ledger.settle();
    expect(told).toEqual(['first written', 'second written']);
  });

  test('says that a discarded message is lost, and spares those given before it', () => {
    const ledger = taken(1);
    const told: string[] = [];
    ledger.confirm((fate) => told.push(`first ${fate}`));
    ledger.give(1, 1);
    ledger.take(1);
    ledger.confirm((fate) => told.push(`second ${fate}`));
    ledger.discard();
    expect(told).toEqual(['second discarded']);
    ledger.settle();
    expect(told).toEqual(['second discarded', 'first written']);
  });

  test('of a message that was discarded already says so', () => {
    const ledger = taken(1);
    ledger.discard();
    const told: Fate[] = [];
    ledger.confirm((fate) => told.push(fate));
    expect(told).toEqual(['discarded']);
  });

  test('of a message taken after a discard is its own', () => {
    const ledger = taken(1);
    ledger.discard();
    ledger.take(1);
    const told: Fate[] = [];
    ledger.confirm((fate) => told.push(fate));
    ledger.give(1, 1);
    ledger.settle();
    expect(told).toEqual(['written']);
  });

  test('is unknown for whatever was given and is open at the end', () => {
    const ledger = taken(1, 1);
    ledger.give(2, 2);
    const told: Fate[] = [];
    ledger.confirm((fate) => told.push(fate));
    ledger.end();
    expect(told).toEqual(['unknown']);
  });
});

/** What comes of a message, by where it is at the end. */
const FATES = { held: 'discarded', lost: 'discarded', given: 'unknown', settled: 'written' } as const satisfies Record<
  string,
  Fate
>;

/** What a caller and a socket may do, one after the other. */
const acts = fc.array(fc.constantFrom('take', 'give', 'settle', 'discard'), { maxLength: 60 });

test('whatever happens, each message has one fate, and is counted by it', () => {
  fc.assert(
    fc.property(acts, (sequence) => {
      const ledger = new DeliveryCounts();
      /** Messages by their place: where each of them is now. */
      const fates: ('held' | 'given' | 'settled' | 'lost')[] = [];
      const told = new Map<number, Fate>();
      for (const act of sequence) {
        if (act === 'take') {
          const place = fates.push('held') - 1;
          ledger.take(1);
          ledger.confirm((fate) => told.set(place, fate));
        } else if (act === 'give') {
          const { frames } = ledger.held;
          ledger.give(frames, frames);
          for (const [i, fate] of fates.entries()) if (fate === 'held') fates[i] = 'given';
        } else if (act === 'settle') {
          for (const [i, fate] of fates.entries()) if (fate === 'given') fates[i] = 'settled';
          ledger.settle();
        } else {
          for (const [i, fate] of fates.entries()) if (fate === 'held') fates[i] = 'lost';
          ledger.discard();
        }
      }
      for (const [i, fate] of fates.entries()) if (fate === 'held') fates[i] = 'lost';
      ledger.discard();
      ledger.end();
      expect(ledger.discarded.frames).toBe(fates.filter((fate) => fate === 'lost').length);
      expect(ledger.unwritten.frames).toBe(fates.filter((fate) => fate !== 'settled').length);
      expect([...told].sort(([a], [b]) => a - b)).toEqual(fates.map((fate, place) => [place, FATES[fate]]));
    }),
  );
});
