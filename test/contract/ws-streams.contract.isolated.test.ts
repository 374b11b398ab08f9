import { vi } from 'vitest';
import { describeTransportContract } from './transport-contract.js';
import { wsHarness } from './ws-harness.js';

// As it would be on a Node whose insides had changed: sockets are read and written as any stream is.
vi.mock(import('../../src/transport/ws/socket/handle.js'), async (original) => ({
  ...(await original()),
  handleOf: () => undefined,
}));

describeTransportContract('ws over plain streams', () => wsHarness());
