import { describe, expect, test } from 'vitest';
import { FAULTS } from './all-faults.js';
import { type Bound, boundMs, PHASES, PROTOCOLS, ROLES } from './cell.js';
import { cellsOf } from './table.js';

const PLACES = PHASES.flatMap((phase) =>
  ROLES.flatMap((role) => PROTOCOLS.map((protocol) => `${phase}, ${role}, ${protocol}`)),
);

test('has every fault', () => {
  expect(FAULTS.map(({ name }) => name)).toEqual([
    'latency',
    'slow drip',
    'one-byte slices',
    'blackhole, outbound',
    'blackhole, inbound',
    'blackhole, both ways',
    'stall',
    'RST',
    'FIN without Close',
    'cut in mid-frame',
    'bit flips',
    'SIGSTOP of the peer',
    'SIGSTOP and SIGCONT of the peer',
    'SIGKILL of the peer',
    'EMFILE',
    'a stall of our own loop',
    'a step of the clock',
  ]);
});

describe.each(FAULTS.map((fault) => [fault.name, cellsOf([fault])] as const))('%s', (_name, cells) => {
  test('strikes in every phase, role, and protocol', () => {
    const struck = new Set(cells.map(({ phase, role, protocol }) => `${phase}, ${role}, ${protocol}`));
    expect([...struck].toSorted()).toEqual(PLACES.toSorted());
  });

  test('is found within a bound, and says why', () => {
    for (const { within, limits, why } of cells) {
      expect(boundMs(within satisfies Bound, limits, 0)).toBeLessThan(60_000);
      expect(why).toMatch(/^[A-Z`].*[.?]$/);
    }
  });
});
