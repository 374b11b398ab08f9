import { afterAll } from 'vitest';
import { LeakGate } from './leak-gate.js';

/** Sockets take a few turns of the event loop to close; those that are still there after this have leaked. */
const SETTLE_WITHIN_MS = 2_000;

const gate = new LeakGate();

// Hooks run last in, first out: this one comes after the hooks of the test file itself.
afterAll(async () => {
  const left = await gate.settled(SETTLE_WITHIN_MS);
  gate.stop();
  if (left.length > 0) throw new Error(`This file leaves behind:\n  ${left.join('\n  ')}`);
});
