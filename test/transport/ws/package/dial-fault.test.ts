import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { systemError } from '../../../../src/testing/system-error.js';
import { faultInAnswer, faultInUpgrade, faultOfDial } from '../../../../src/transport/ws/package/dial-fault.js';

const upgradeOf = (httpVersionMajor: number, httpVersionMinor: number, headers = {}) =>
  ({
    headers,
    httpVersionMajor,
    httpVersionMinor,
    httpVersion: `${httpVersionMajor}.${httpVersionMinor}`,
  }) as IncomingMessage;

test.each([
  // version   fault
  [1, 1, undefined],
  [1, 0, 'the server answered the opening handshake with HTTP/1.0; allowed is 1.1 or higher.'],
  [0, 9, 'the server answered the opening handshake with HTTP/0.9; allowed is 1.1 or higher.'],
  [2, 0, undefined],
])('an upgrade of HTTP/%d.%d: %s', (major, minor, fault) => {
  expect(faultInUpgrade(upgradeOf(major, minor), false)?.message).toBe(fault);
});

test.each([
  // extensions                  offered fault
  [undefined, true, undefined],
  ['permessage-deflate', true, undefined],
  ['permessage-deflate', false, 'the server chose the extension permessage-deflate, which was not offered.'],
  ['x;', true, 'the server answered the opening handshake with a malformed Sec-WebSocket-Extensions.'],
  ['x;', false, 'the server answered the opening handshake with a malformed Sec-WebSocket-Extensions.'],
])('an upgrade with the extensions %s, where permessage-deflate was offered (%s): %s', (field, isOffered, fault) => {
  const headers = field === undefined ? {} : { 'sec-websocket-extensions': field };
  expect(faultInUpgrade(upgradeOf(1, 1, headers), isOffered)?.message).toBe(fault);
});

test.each([
  // status    fault
  [200, undefined],
  [302, undefined],
  [401, undefined],
  [503, undefined],
  [999, undefined],
  [101, 'the server answered the opening handshake with 101, but without Upgrade: websocket and Connection: Upgrade.'],
  [99, 'the server answered the opening handshake with 99, which is no final status.'],
  [0, 'the server answered the opening handshake with 0, which is no final status.'],
])('an answer of %d: %s', (statusCode, fault) => {
  expect(faultInAnswer({ statusCode } as IncomingMessage)?.message).toBe(fault);
});

describe('the error of a dial', () => {
  test('is kept as it is', () => {
    const error = systemError('ECONNREFUSED', 'connect');
    expect(faultOfDial(error)).toBe(error);
  });

  test('that is none, as an agent may throw, is made one', () => {
    expect(faultOfDial(undefined)).toMatchObject({ message: 'the agent threw undefined', cause: undefined });
    expect(faultOfDial('boom').message).toContain('the agent threw');
    expect(faultOfDial(Object.freeze(new Error('cold'))).message).toBe('cold');
  });

  test('of several addresses says what each has said, with the code, errno, and syscall of the first', () => {
    const addresses = [systemError('ECONNRESET', 'connect'), systemError('ECONNREFUSED', 'connect')];
    const said = faultOfDial(Object.assign(new AggregateError(addresses), { code: 'ECONNRESET' }));
    expect(said).toBeInstanceOf(AggregateError);
    expect(said).toMatchObject({
      errors: addresses,
      code: 'ECONNRESET',
      errno: addresses[0]?.errno,
      syscall: 'connect',
    });
    expect(said.message).toBe(addresses.map(({ message }) => message).join('; '));
  });

  test('of no address at all is kept', () => {
    const error = new AggregateError([]);
    expect(faultOfDial(error)).toBe(error);
  });

  test('does not hold what a server sent that speaks no HTTP', () => {
    expect(
      faultOfDial(Object.assign(new Error('Parse Error'), { rawPacket: Buffer.alloc(64 * 1024) })),
    ).not.toHaveProperty('rawPacket');
  });
});
