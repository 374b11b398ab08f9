import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fate } from '../../../../src/transport/wire-fact.js';
import { DeliveryCounts } from '../../../../src/transport/ws/write/delivery-counts.js';

function taken(...sizes: number[]): DeliveryCounts {
  const counts = new DeliveryCounts();
  for (const size of sizes) counts.take(size);
  return counts;
}

describe('what is unconfirmed', () => {
  test('is everything taken that the kernel is not known to have', () => {
    const counts = taken(10, 20, 30);
    counts.give(2, 30);
    expect(counts.unwritten).toEqual({ frames: 3, bytes: 60 });
    counts.settle();
    expect(counts.unwritten).toEqual({ frames: 1, bytes: 30 });
  });

  test('includes what was discarded', () => {
    const counts = taken(10, 20);
    counts.give(1, 10);
    counts.settle();
    expect(counts.discard()).toEqual({ frames: 1, bytes: 20 });
    expect(counts.unwritten).toEqual({ frames: 1, bytes: 20 });
  });

  test('is settled up to a mark', () => {
    const counts = taken(10, 20, 30);
    counts.give(1, 10);
    const { frames, bytes } = counts.given;
    counts.give(2, 50);
    counts.settle(frames, bytes);
    expect(counts.unwritten).toEqual({ frames: 2, bytes: 50 });
  });
});

test('what is held before the last messages is all but those', () => {
  const counts = taken(10, 20, 30);
  counts.give(1, 10);
  expect(counts.heldBefore(undefined)).toEqual({ frames: 2, bytes: 50 });
  expect(counts.heldBefore({ frames: 1, bytes: 30 })).toEqual({ frames: 1, bytes: 20 });
});

describe('a confirmation', () => {
  test('comes at once when nothing is on its way', () => {
    const reported: Fate[] = [];
    new DeliveryCounts().confirm((fate) => reported.push(fate));
    expect(reported).toEqual(['written']);
  });

  test('comes when everything taken before it was settled, and not before', () => {
    const counts = taken(1);
    const reported: string[] = [];
    counts.confirm((fate) => reported.push(`first ${fate}`));
    counts.take(1);
    counts.confirm((fate) => reported.push(`second ${fate}`));
    counts.give(1, 1);
    counts.settle();
    expect(reported).toEqual(['first written']);
    counts.give(1, 1);
    counts.settle();
    expect(reported).toEqual(['first written', 'second written']);
  });

  test('says that a discarded message is lost, and spares those given before it', () => {
    const counts = taken(1);
    const reported: string[] = [];
    counts.confirm((fate) => reported.push(`first ${fate}`));
    counts.give(1, 1);
    counts.take(1);
    counts.confirm((fate) => reported.push(`second ${fate}`));
    counts.discard();
    expect(reported).toEqual(['second discarded']);
    counts.settle();
    expect(reported).toEqual(['second discarded', 'first written']);
  });

  test('of a message that was discarded already reports that', () => {
    const counts = taken(1);
    counts.discard();
    const reported: Fate[] = [];
    counts.confirm((fate) => reported.push(fate));
    expect(reported).toEqual(['discarded']);
  });

  test('of a message taken after a discard is its own', () => {
    const counts = taken(1);
    counts.discard();
    counts.take(1);
    const reported: Fate[] = [];
    counts.confirm((fate) => reported.push(fate));
    counts.give(1, 1);
    counts.settle();
    expect(reported).toEqual(['written']);
  });

  test('is unknown for whatever was given and is open at the end', () => {
    const counts = taken(1, 1);
    counts.give(2, 2);
    const reported: Fate[] = [];
    counts.confirm((fate) => reported.push(fate));
    counts.end();
    expect(reported).toEqual(['unknown']);
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
      const counts = new DeliveryCounts();
      /** Messages by their place: where each of them is now. */
      const fates: ('held' | 'given' | 'settled' | 'lost')[] = [];
      const reported = new Map<number, Fate>();
      for (const act of sequence) {
        if (act === 'take') {
          const place = fates.push('held') - 1;
          counts.take(1);
          counts.confirm((fate) => reported.set(place, fate));
        } else if (act === 'give') {
          const { frames } = counts.held;
          counts.give(frames, frames);
          for (const [i, fate] of fates.entries()) if (fate === 'held') fates[i] = 'given';
        } else if (act === 'settle') {
          for (const [i, fate] of fates.entries()) if (fate === 'given') fates[i] = 'settled';
          counts.settle();
        } else {
          for (const [i, fate] of fates.entries()) if (fate === 'held') fates[i] = 'lost';
          counts.discard();
        }
      }
      for (const [i, fate] of fates.entries()) if (fate === 'held') fates[i] = 'lost';
      counts.discard();
      counts.end();
      expect(counts.discarded.frames).toBe(fates.filter((fate) => fate === 'lost').length);
      expect(counts.unwritten.frames).toBe(fates.filter((fate) => fate !== 'settled').length);
      expect([...reported].sort(([a], [b]) => a - b)).toEqual(fates.map((fate, place) => [place, FATES[fate]]));
    }),
  );
});
