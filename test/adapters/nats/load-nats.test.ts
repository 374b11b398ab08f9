import { expect, test } from 'vitest';
import { loadNats } from '../../../src/adapters/nats/load-nats.js';
import { PlatformError } from '../../../src/index.js';

test('loads both packages', () => {
  const { connect, jetstream } = loadNats();
  expect([typeof connect, typeof jetstream]).toEqual(['function', 'function']);
});

test('says how to install what is missing', () => {
  const missing = (name: string) => {
    if (name === '@nats-io/transport-node') return {};
    throw Object.assign(new Error('no'), { code: 'MODULE_NOT_FOUND' });
  };
  expect(() => loadNats(missing)).toThrow(
    new PlatformError(
      'natsBroker: the package @nats-io/jetstream is not installed; run npm install @nats-io/jetstream@3.',
    ),
  );
});
