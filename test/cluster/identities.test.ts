import { expect, test } from 'vitest';
import { Identities } from '../../src/cluster/identities.js';
import { OptionError } from '../../src/index.js';
import { accepted } from '../support/a-connection.js';

test('closes the connections of one identity, with its code', () => {
  const identities = new Identities();
  const [a, b, other] = [accepted(), accepted(), accepted()];
  identities.identify(a.connection, 'ann');
  identities.identify(b.connection, 'ann');
  identities.identify(other.connection, 'bob');
  expect(identities.close('ann', 4001, 'bye')).toBe(2);
  expect([a, b, other].map(({ connection }) => connection.state)).toEqual(['closing', 'closing', 'open']);
  expect([identities.of(a.connection), identities.of(other.connection)]).toEqual([undefined, 'bob']);
  expect(identities.close('ann', 4001, 'bye')).toBe(0);
});

test('the last identity that was said counts', () => {
  const identities = new Identities();
  const { connection } = accepted();
  identities.identify(connection, 'ann');
  identities.identify(connection, 'bob');
  identities.identify(connection, 'bob');
  expect(identities.of(connection)).toBe('bob');
  expect([identities.close('ann', 1000, ''), identities.close('bob', 1000, '')]).toEqual([0, 1]);
});

test('what is closed has no identity, and what is no connection is refused', () => {
  const identities = new Identities();
  const { connection } = accepted();
  connection.close();
  expect(identities.identify(connection, 'ann')).toBe(false);
  expect(() => identities.identify({} as never, 'ann')).toThrow(OptionError);
});
