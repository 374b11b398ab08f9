import { expect, test } from 'vitest';
import { openAcceptor, withPort } from '../../../src/supervisor/listener/open-acceptor.js';
import { ListenError, OptionError } from '../../../src/transport/errors.js';
import type { ListenTarget, Transport } from '../../../src/transport/transport.js';

/** A listener without subscribers. */
const OWNER = { id: 'listener-1', services: { publish: () => {} } };

const PORT: ListenTarget = { kind: 'port', port: 8080, host: undefined, backlog: 511 };
const ADMISSION = { wants: () => true, decide: () => {}, diverted: () => {} };

function failingWith(error: unknown): Transport {
  return {
    name: 'failing',
    dial: () => {
      throw error;
    },
    listen: () => Promise.reject(error),
  };
}

test('says which port cannot be had, and why', async () => {
  const cause = new Error('listen EADDRINUSE');
  const error = await openAcceptor(failingWith(cause), PORT, ADMISSION, OWNER).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ListenError);
  expect(error).toMatchObject({ message: 'listen: port 8080 cannot be had: listen EADDRINUSE.', cause });
});

test('leaves an error about an option as it is', async () => {
  const error = new OptionError('listen: server is an object.');
  await expect(openAcceptor(failingWith(error), PORT, ADMISSION, OWNER)).rejects.toBe(error);
});

test.each<[ListenTarget, number | undefined, ListenTarget]>([
  [PORT, undefined, PORT],
  [{ ...PORT, port: 0 }, 4711, { ...PORT, port: 4711 }],
  [{ kind: 'by-hand' }, 4711, { kind: 'by-hand' }],
])('%j after a run on port %s is %j', (target, port, expected) => {
  expect(withPort(target, port)).toEqual(expected);
});
