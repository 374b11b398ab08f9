import { describe, expect, test } from 'vitest';
import { openWire, startAccepted } from '../../../src/supervisor/listener/accept-client.js';
import { aParent } from '../../support/a-parent.js';
import { FakeUpgrade } from '../../support/fake-transport.js';

const OPTIONS = { maxPayloadBytes: 1, maxFragments: 1, perMessageDeflate: false };

describe('an accepted handshake', () => {
  test('leads to an open wire', () => {
    const upgrade = new FakeUpgrade();
    expect(openWire(upgrade, 'chat', OPTIONS, { 'x-node': '7' })).toBe(upgrade.wire);
    expect(upgrade).toMatchObject({ protocol: 'chat', options: OPTIONS, headers: { 'x-node': '7' } });
  });

  test('counts as 499 if the client has gone', () => {
    const upgrade = new FakeUpgrade();
    upgrade.gone.abort();
    expect(openWire(upgrade, undefined, OPTIONS)).toEqual({ status: 499, why: 'gone', failure: {} });
  });

  test('counts as 503 if the transport fails', () => {
    const error = new Error('a bug');
    const upgrade = new FakeUpgrade();
    upgrade.accept = () => {
      throw error;
    };
    expect(openWire(upgrade, undefined, OPTIONS)).toEqual({ status: 503, why: 'transport', failure: { error } });
  });
});

describe('an accepted connection', () => {
  const aConnection = (fault?: Error) => {
    const calls: unknown[] = [];
    const connection = {
      parent: aParent(),
      renew: (expiresAt: number | Date) => calls.push(['renew', expiresAt]),
      start: () => {
        calls.push('start');
        if (fault !== undefined) throw fault;
      },
      dispatch: (event: unknown) => calls.push(event),
    };
    return { calls, connection };
  };

  test.each([
    [undefined, ['start']],
    [2_000_000_000_000, [['renew', 2_000_000_000_000], 'start']],
  ])('whose credential ends at %s is started', (expiresAt, expected) => {
    const { calls, connection } = aConnection();
    startAccepted(connection, new FakeUpgrade(), expiresAt);
    expect(calls).toEqual(expected);
  });

  test('that cannot be started ends as one whose handler threw', () => {
    const error = new Error('a bug');
    const { calls, connection } = aConnection(error);
    startAccepted(connection, new FakeUpgrade(), undefined);
    expect(calls).toEqual(['start', { type: 'handler.threw', error }]);
  });
});
