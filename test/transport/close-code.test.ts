import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkClose,
  checkOwnClose,
  closeCodes,
  describeCloseCode,
  isReceivableCloseCode,
} from '../../src/transport/close-code.js';
import { CloseFrameError } from '../../src/transport/errors.js';

const ROLES = ['accepted', 'dialed'] as const;

/** RFC 6455 section 7.4 and IANA's registry, range by range, written out on their own. */
const MAY_BE_SENT = [
  [1000, 1003],
  [1007, 1014],
  [3000, 4999],
] as const;
const maySend = (code: number) => MAY_BE_SENT.some(([from, to]) => code >= from && code <= to);

/** What a caller without types may pass. */
const untyped = (value: unknown) => value as never;

function thrownBy(act: () => void): CloseFrameError {
  try {
    act();
  } catch (error) {
    if (error instanceof CloseFrameError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test.each([
  // code  name                      may be sent  retry may help
  [1000, 'normal closure', true, false],
  [1001, 'going away', true, true],
  [1002, 'protocol error', true, false],
  [1003, 'unsupported data', true, false],
  [1004, 'reserved', false, false],
  [1005, 'no status received', false, true],
  [1006, 'abnormal closure', false, true],
  [1007, 'invalid payload data', true, false],
  [1008, 'policy violation', true, true],
  [1009, 'message too big', true, false],
  [1010, 'mandatory extension', true, false],
  [1011, 'internal error', true, true],
  [1012, 'service restart', true, true],
  [1013, 'try again later', true, true],
  [1014, 'bad gateway', true, true],
  [1015, 'TLS handshake failed', false, true],
  [3000, 'unauthorized', true, false],
  [3003, 'forbidden', true, false],
  [3008, 'timeout', true, true],
  [3001, 'for libraries and frameworks', true, true],
  [3999, 'for libraries and frameworks', true, true],
  [4000, 'private to the application', true, true],
  [4999, 'private to the application', true, true],
  [0, 'unassigned', false, false],
  [999, 'unassigned', false, false],
  [1016, 'unassigned', false, false],
  [2999, 'unassigned', false, false],
  [5000, 'unassigned', false, false],
  [-1, 'unassigned', false, false],
  [3000.5, 'unassigned', false, false],
  [Number.NaN, 'unassigned', false, false],
  [Number.POSITIVE_INFINITY, 'unassigned', false, false],
])('%d is %s; may be sent: %s; a retry may help: %s', (code, name, isSendable, mayRetry) => {
  expect(describeCloseCode(code)).toMatchObject({ name, maySend: isSendable, mayRetry });
});

test('the table has the registered codes and no others', () => {
  const registered = [
    1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 3000, 3003, 3008,
  ];
  expect(Object.keys(closeCodes).map(Number)).toEqual(registered);
});

test('every code of the table is described as it stands there, with a meaning and a source', () => {
  for (const [code, known] of Object.entries(closeCodes)) {
    expect(describeCloseCode(Number(code))).toBe(known);
    expect(known.meaning).toMatch(/\w+ \w+/);
    expect(known.source).toMatch(/^(?:RFC 6455 section 7\.4\.1|IANA WebSocket Close Code Number Registry)$/);
  }
});

test('the table cannot be changed, since it decides what may be sent', () => {
  expect(Object.isFrozen(closeCodes)).toBe(true);
  expect(Object.values(closeCodes).every(Object.isFrozen)).toBe(true);
});

test('a peer may send what the RFC allows and nothing else, over the whole range of the wire', () => {
  const disagreeing = Array.from({ length: 2 ** 16 }, (_, code) => code).filter(
    (code) => isReceivableCloseCode(code) !== maySend(code),
  );
  expect(disagreeing).toEqual([]);
});

test('both ends may send what a peer may receive, except that only clients may send 1010', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 900, max: 5100 }), fc.double(), fc.integer()),
      fc.constantFrom(...ROLES),
      (code, role) => {
        const isAllowed = isReceivableCloseCode(code) && !(code === 1010 && role === 'accepted');
        if (isAllowed) expect(() => checkClose(code, '', role)).not.toThrow();
        else expect(thrownBy(() => checkClose(code, '', role)).code).toBe('WIREKEEPER_CLOSE_CODE');
      },
    ),
    {
      examples: [
        [1010, 'accepted'],
        [1010, 'dialed'],
        [1004, 'dialed'],
        [1015, 'accepted'],
      ],
    },
  );
});

describe('a Close frame that may not be sent', () => {
  const ALLOWED = 'allowed are 1000 to 1003, 1007 to 1014 (1010 on dialed connections only), and 3000 to 4999.';

  test.each([
    ['a code that stands for no frame', 1006, 'close: code 1006 may not be sent'],
    ['a code between the ranges', 2500, 'close: code 2500 may not be sent'],
    ['a code beyond the ranges', 5000, 'close: code 5000 may not be sent'],
    ['a fraction', 4000.5, 'close: code 4000.5 may not be sent'],
    ['NaN', Number.NaN, 'close: code NaN may not be sent'],
    ['a numeric string', '1000', 'close: a code of type string may not be sent'],
    ['nothing', undefined, 'close: a code of type undefined may not be sent'],
    ['an object without a string form', Object.create(null), 'close: a code of type object may not be sent'],
    ['a symbol', Symbol('1000'), 'close: a code of type symbol may not be sent'],
    ['a bigint', 1000n, 'close: a code of type bigint may not be sent'],
    ["a server's 1010", 1010, 'close: code 1010 may not be sent by a server'],
  ])('is refused with one sentence: %s', (_, code, start) => {
    const error = thrownBy(() => checkClose(untyped(code), '', 'accepted'));
    expect(error.message).toBe(`${start}; ${ALLOWED}`);
    expect(error).toMatchObject({ name: 'CloseFrameError', code: 'WIREKEEPER_CLOSE_CODE' });
  });

  test('is refused with a RangeError, as at ws', () => {
    expect(() => checkClose(1006, '', 'dialed')).toThrow(RangeError);
  });

  test.each([undefined, 5, {}])('is refused for a reason that is no string: %s', (reason) => {
    const error = thrownBy(() => checkClose(1000, untyped(reason), 'dialed'));
    expect(error.message).toBe(`close: reason is of type ${typeof reason}; it must be a string.`);
    expect(error.code).toBe('WIREKEEPER_CLOSE_REASON');
  });

  test.each([
    ['ASCII', 'a', 1],
    ['two bytes each', 'é', 2],
    ['three bytes each', '中', 3],
    ['four bytes each', '🚀', 4],
    ['lone surrogates, replaced by three bytes each', '\ud800', 3],
  ])(
    'is refused for a reason over 123 bytes of UTF-8, and not for one that just fits: %s',
    (_, character, bytesEach) => {
      const fitting = character.repeat(Math.floor(123 / bytesEach));
      expect(() => checkClose(1000, fitting, 'dialed')).not.toThrow();
      const error = thrownBy(() => checkClose(1000, fitting + character, 'dialed'));
      const bytes = bytesEach * (Math.floor(123 / bytesEach) + 1);
      expect(error.message).toBe(`close: reason has ${bytes} bytes of UTF-8; at most 123 fit into a Close frame.`);
      expect(error.code).toBe('WIREKEEPER_CLOSE_REASON');
    },
  );
});

describe('the Close of a user', () => {
  test('may be empty, which is code 1005', () => {
    expect(() => checkOwnClose(1005, '', 'accepted')).not.toThrow();
    expect(() => checkOwnClose(1005, '', 'dialed')).not.toThrow();
  });

  test('has no reason without a code', () => {
    expect(() => checkOwnClose(1005, 'x', 'dialed')).toThrow(
      'close: code 1005 may not be sent with a reason: it stands for a Close without payload;',
    );
    expect(() => checkOwnClose(1005, undefined as never, 'dialed')).toThrow(CloseFrameError);
  });

  test('otherwise has a code that may be sent', () => {
    expect(() => checkOwnClose(1006, '', 'dialed')).toThrow(CloseFrameError);
    expect(() => checkOwnClose(4000, 'x', 'dialed')).not.toThrow();
  });
});
