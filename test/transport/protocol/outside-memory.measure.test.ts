import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { outsideMemory } from '../../../src/transport/protocol/outside-memory.js';

const MIB = 2 ** 20;
const PAYLOAD_BYTES = 200_000;
/** A MiB has 256 pages. 4 to 50 are seen, and 170 to 220 where the allocator returns what scavenges free. */
const MOST_PAGES_A_MIB = 110;

/** Other allocators have rules of their own. */
const isGlibc = (process.report.getReport() as { readonly header: Record<string, unknown> }).header[
  'glibcVersionRuntime'
];

/** Takes so much for payloads, each of which is done with when the next one comes. */
async function take(mib: number): Promise<void> {
  for (let taken = 0; taken < mib * MIB; taken += PAYLOAD_BYTES) {
    outsideMemory.take(PAYLOAD_BYTES).fill(1);
    await nextTurn();
  }
}

test.skipIf(isGlibc === undefined)('large payloads take next to no new memory of the system', async () => {
  await take(100);
  const before = process.resourceUsage().minorPageFault;
  await take(600);
  const pages = (process.resourceUsage().minorPageFault - before) / 600;
  process.stdout.write(`${pages.toFixed(1)} new pages for a MiB of payloads\n`);
  expect(pages).toBeLessThanOrEqual(MOST_PAGES_A_MIB);
});
