import { expect, test } from 'vitest';
import { BrokerDownError } from '../../../src/cluster/api/errors.js';
import { WirekeeperError } from '../../../src/transport/errors.js';

test('has a stable code, a name, and the cause', () => {
  const cause = new Error('gone');
  const error = new BrokerDownError('the broker is not reached', { cause });
  expect(error).toBeInstanceOf(WirekeeperError);
  expect([error.name, error.code, error.cause]).toEqual(['BrokerDownError', 'WIREKEEPER_BROKER_DOWN', cause]);
});
