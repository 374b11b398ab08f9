import { DESCRIPTOR_FAULTS } from './descriptor-faults.js';
import { NETWORK_FAULTS } from './network-faults.js';
import { CLOCK_FAULTS, STALL_FAULTS } from './own-faults.js';
import { PROCESS_FAULTS } from './process-faults.js';
import type { Fault } from './table.js';

/** Every fault of the matrix, in the order of docs/faults.md; those that only some machines can make are beside it. */
export const FAULTS: readonly Fault<unknown>[] = [
  ...NETWORK_FAULTS,
  ...PROCESS_FAULTS,
  ...DESCRIPTOR_FAULTS,
  ...STALL_FAULTS,
  ...CLOCK_FAULTS,
];
