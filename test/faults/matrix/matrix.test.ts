import { describe, expect, test } from 'vitest';
import { type Bound, boundMs, PHASES, PROTOCOLS, ROLES } from './cell.js';
import { DESCRIPTOR_FAULTS } from './descriptor-faults.js';
import { NETWORK_FAULTS } from './network-faults.js';
import { CLOCK_FAULTS, STALL_FAULTS } from './own-faults.js';
import { PROCESS_FAULTS } from './process-faults.js';
import { cellsOf, type Fault } from './table.js';

const FAULTS: readonly Fault<unknown>[] = [
  ...(NETWORK_FAULTS as readonly Fault<unknown>[]),
  ...PROCESS_FAULTS,
  ...DESCRIPTOR_FAULTS,
  ...STALL_FAULTS,
  ...(CLOCK_FAULTS as readonly Fault<unknown>[]),
];

const PLACES = PHASES.flatMap((phase) =>
  ROLES.flatMap((role) => PROTOCOLS.map((protocol) => `${phase}, ${role}, ${protocol}`)),
);

test('there are all the faults', () => {
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
      expect(boundMs(within satisfies Bound, limits, 0)).toBeLessThan(30_000);
      expect(why).toMatch(/^[A-Z`].*[.?]$/);
    }
  });
});
