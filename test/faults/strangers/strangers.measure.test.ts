import { expect, test } from 'vitest';
import { HEAP_MIB, Trial } from './trial.js';

/** The client sends a message each ms for two seconds: half of them are answered in that time, however busy it is. */
const FEWEST_ECHOES = 1_000;

test('strangers of all kinds at once do not cut a good client off, and hold no more than the service has', async () => {
  await using trial = await Trial.start();
  const { beside } = await trial.round(['idle', 'handshakes', 'readers', 'fragments']);
  expect(beside.count).toBeGreaterThan(FEWEST_ECHOES);
  expect(trial.mostMib).toBeLessThan(HEAP_MIB);
});
