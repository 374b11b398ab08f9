import { expect, test } from 'vitest';
import { HEAP_MIB, type Seen, Trial } from './trial.js';

/** `WIREKEEPER_STRANGERS_ROUNDS=15` measures longer. */
const ROUNDS = Number(process.env['WIREKEEPER_STRANGERS_ROUNDS'] ?? 5);
/** Where a kind is over the bound then, more rounds decide: what else a machine does comes in bursts. */
const MOST_ROUNDS = 3 * ROUNDS;

/** How many times as long an echo may take beside strangers as alone, by the medians of the rounds. */
const MOST = 2;
const WITHIN_MS = 1_800_000;

const STRANGERS = {
  '250 connections of one-byte fragments': ['fragments'],
  '1,000 slow handshakes': ['handshakes'],
  '10,000 idle connections of one address': ['idle'],
  '200 slow readers': ['readers'],
  'all of them at once': ['idle', 'handshakes', 'readers', 'fragments'],
} as const;
type StrangersName = keyof typeof STRANGERS;
const NAMES = Object.keys(STRANGERS) as readonly StrangersName[];

/** The lower one of two in the middle. */
const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[(numbers.length - 1) >> 1] ?? Number.NaN;

test(
  'strangers, of one kind and all at once, slow a good client down by a bound and do not cut it off, in 512 MiB',
  async () => {
    await using trial = await Trial.start();
    const alones: Seen[] = [];
    const besides = new Map<StrangersName, Seen[]>();
    const round = async (name: StrangersName) => {
      const { alone, beside } = await trial.round(STRANGERS[name]);
      alones.push(alone);
      besides.set(name, [...(besides.get(name) ?? []), beside]);
      const figures = [alone.p50, alone.p99, beside.p50, beside.p99].map((ms) => ms.toFixed(2));
      process.stdout.write(
        `${name}: p50 and p99 in ms alone ${figures[0]}, ${figures[1]}, beside ${figures[2]}, ${figures[3]}\n`,
      );
    };
    const ratio = (name: StrangersName, part: 'p50' | 'p99') =>
      median((besides.get(name) ?? []).map((seen) => seen[part])) / median(alones.map((seen) => seen[part]));
    const isTooSlow = (name: StrangersName) => !(ratio(name, 'p50') < MOST && ratio(name, 'p99') < MOST);
    let undecided = NAMES;
    for (let rounds = 0; undecided.length > 0 && rounds < MOST_ROUNDS; rounds += 1) {
      for (const name of undecided) await round(name);
      if (rounds + 1 >= ROUNDS) undecided = NAMES.filter(isTooSlow);
    }
    process.stdout.write(`resident at most ${Math.round(trial.mostMib)} MiB\n`);
    for (const name of NAMES)
      process.stdout.write(`${name}: ${ratio(name, 'p50').toFixed(2)}x, ${ratio(name, 'p99').toFixed(2)}x\n`);
    expect(trial.mostMib).toBeLessThan(HEAP_MIB);
    expect(NAMES.filter(isTooSlow)).toEqual([]);
  },
  WITHIN_MS,
);
