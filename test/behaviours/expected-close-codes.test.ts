/** Expected against unexpected close codes. */
import { describe, expect, test } from 'vitest';
import { isCloseCode, isUnexpectedClose } from '../../src/transport/predicates.js';
import { openPair, ROLES } from '../support/raw-pair.js';

/** What a service that is read in a loop takes for an ordinary end. */
const ORDINARY = [1000, 1001] as const;

describe.each(ROLES)('on a connection that was %s', (role) => {
  test.each([
    // sent  unexpected
    [1000, false],
    [1001, false],
    [1008, true],
    [1011, true],
    [1012, true],
    [3000, true],
    [4999, true],
    [undefined, true],
  ] as const)('a peer that closes with %s is unexpected: %s', async (code, isUnexpected) => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.peer.sendClose(code);
    pair.peer.socket.end();
    const report = await pair.connection.closed;
    expect(isUnexpectedClose(report, ...ORDINARY)).toBe(isUnexpected);
    expect(isCloseCode(report, ...ORDINARY)).toBe(!isUnexpected);
    expect(isCloseCode(report, code ?? 1005)).toBe(true);
  });

  test('a lost connection is 1006, and unexpected unless 1006 is expected', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.peer.socket.destroy();
    const report = await pair.connection.closed;
    expect(isUnexpectedClose(report, ...ORDINARY)).toBe(true);
    expect(isUnexpectedClose(report, ...ORDINARY, 1006)).toBe(false);
  });

  test('our own code counts when we began, whatever the peer answers', async () => {
    await using pair = await openPair(role, { handler: () => ({ code: 4001 }) });
    pair.peer.sendClose(1000);
    pair.peer.socket.end();
    const report = await pair.connection.closed;
    expect(isCloseCode(report, 4001)).toBe(true);
    expect(isUnexpectedClose(report, 4001)).toBe(false);
    expect(report.received).toEqual({ code: 1000, reason: '' });
  });
});
