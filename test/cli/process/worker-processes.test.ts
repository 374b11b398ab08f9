import { expect, test } from 'vitest';
import { primaryLink } from '../../../src/cli/process/worker-processes.js';

// Real workers are in primary.test.ts: only a process that a cluster has forked is one.
test.each([{}, { WIREKEEPER_WORKER: '1' }])('a process that no cluster has forked is no worker: %j', (env) => {
  expect(primaryLink(env)).toBeUndefined();
});
