import { afterAll, vi } from 'vitest';
import { describeTransportContract } from './transport-contract.js';
import { wsHarness } from './ws-harness.js';

// As it is with TLS, and would be on a Node whose insides had changed: sockets are read and written as any stream is.
vi.mock('../../src/transport/ws/socket/handle.js', () => ({ handleOf: () => undefined }));

describeTransportContract('ws over plain streams', () => wsHarness());

// The files after this one get modules that know handles.
afterAll(() => {
  vi.doUnmock('../../src/transport/ws/socket/handle.js');
  vi.resetModules();
});
