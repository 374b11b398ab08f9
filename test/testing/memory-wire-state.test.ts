import { expect, test } from 'vitest';
import { MemoryWireState } from '../../src/testing/memory-wire-state.js';

test('a wire that is not open holds nothing, awaits nothing, and has agreed on nothing', () => {
  expect(new MemoryWireState('dialed', {})).toMatchObject({
    role: 'dialed',
    protocol: '',
    extensions: '',
    bufferedBytes: 0,
    bufferedPayloadBytes: 0,
    heldBytes: 0,
    awaitsPong: false,
    latencyMs: undefined,
    unprovenBytes: 0,
  });
});
