import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { verdictOf } from '../../../src/supervisor/listener/grant.js';
import { refuse } from '../../../src/supervisor/listener/refusal.js';
import { OptionError } from '../../../src/transport/errors.js';
import { settled } from '../../support/settled.js';

const AT = Date.UTC(2030, 0, 1);

describe('a grant is', () => {
  test.each<[string, unknown, { data: unknown; expiresAt: number | undefined }]>([
    ['data', { data: 7 }, { data: 7, expiresAt: undefined }],
    ['data that is undefined', { data: undefined }, { data: undefined, expiresAt: undefined }],
    ['data that is false', { data: false }, { data: false, expiresAt: undefined }],
    ['data with an end', { data: 7, expiresAt: AT }, { data: 7, expiresAt: AT }],
    ['data with an end that is a Date', { data: 7, expiresAt: new Date(AT) }, { data: 7, expiresAt: AT }],
    ['data with an end left open', { data: 7, expiresAt: undefined }, { data: 7, expiresAt: undefined }],
    ['an end alone', { expiresAt: AT }, { data: undefined, expiresAt: AT }],
    ['a frozen object', Object.freeze({ data: 7 }), { data: 7, expiresAt: undefined }],
    [
      'an object without a prototype',
      Object.assign(Object.create(null), { data: 7 }),
      { data: 7, expiresAt: undefined },
    ],
    ['an object of another realm', runInNewContext('({ data: 7 })'), { data: 7, expiresAt: undefined }],
  ])('%s', (_what, value, granted) => {
    expect(verdictOf(value)).toEqual({ kind: 'granted', granted });
  });

  test('data with header fields for the 101', () => {
    const headers = { 'Set-Cookie': ['a=1', 'b=2'], 'x-left': 7 };
    expect(verdictOf({ data: 7, headers })).toEqual({
      kind: 'granted',
      granted: { data: 7, expiresAt: undefined, headers: { 'Set-Cookie': ['a=1', 'b=2'], 'x-left': '7' } },
    });
  });
});

test('a refusal is one', () => {
  expect(verdictOf(refuse(401, { body: 'no' }))).toEqual({ kind: 'refused', answer: { status: 401, body: 'no' } });
});

describe('nobody is admitted by', () => {
  class Session {
    readonly data = 7;
  }
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['true', true],
    ['false', false],
    ['0', 0],
    ['a status', 401],
    ['a text', 'no'],
    ['an empty text', ''],
    ['a Symbol', Symbol('yes')],
    ['a bigint', 1n],
    ['an empty object', {}],
    ['an answer', { ok: false }],
    ['a status in an object', { status: 401 }],
    ['an unknown key beside data', { data: 7, expires: AT }],
    ['an error in an object', { error: new Error('no') }],
    ['an end left open, alone', { expiresAt: undefined }],
    ['header fields alone, as a refusal has them', { headers: { 'www-authenticate': 'Bearer' } }],
    ['header fields that nobody has awaited', { data: 7, headers: Promise.resolve({}) }],
    ['a header field of the handshake', { data: 7, headers: { Upgrade: 'h2c' } }],
    ['an Error', new Error('no')],
    ['a Response', new Response(null, { status: 401 })],
    ['a Date', new Date(AT)],
    ['a list', [{ data: 7 }]],
    ['an empty list', []],
    ['a Map', new Map([['data', 7]])],
    ['a function', () => ({ data: 7 })],
    ['an object of a class', new Session()],
    ['data that is inherited', Object.create({ data: 7 })],
    ['a promise', Promise.resolve({ data: 7 })],
    ['an end that is no number', { data: 7, expiresAt: Number.NaN }],
    ['an end that is null', { data: 7, expiresAt: null }],
    ['an end in seconds', { data: 7, expiresAt: AT / 1000 }],
    ['an end that is a text', { data: 7, expiresAt: '2030-01-01' }],
    ['data that nobody has awaited', { data: Promise.resolve(7) }],
    [
      'data that nobody has awaited, of another make',
      { data: new Proxy(() => {}, { get: (_target, key) => (key === 'then' ? () => {} : undefined) }) },
    ],
    ['an end that nobody has awaited', { data: 7, expiresAt: Promise.resolve(AT) }],
    ['an identity that is a number', { data: 7, identity: 42 }],
    ['an identity that is null', { data: 7, identity: null }],
    ['an empty identity', { data: 7, identity: '' }],
    ['an identity that nobody has awaited', { data: 7, identity: Promise.resolve('user:42') }],
    ['no more than an identity that is none', { identity: undefined }],
  ])('%s: OptionError', (_what, value) => {
    expect(() => verdictOf(value)).toThrow(OptionError);
    expect(() => verdictOf(value)).toThrow(/^authenticate:? /);
  });

  test('a promise that rejects, whose rejection is handled', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    expect(() => verdictOf({ data: Promise.reject(new Error('no such token')) })).toThrow(
      'authenticate: data is a promise; await it first.',
    );
    expect(() => verdictOf({ data: 7, expiresAt: Promise.reject(new Error('no such token')) })).toThrow(
      'authenticate: expiresAt is a promise',
    );
    expect(() =>
      verdictOf({ data: Promise.reject(new Error('no token')), expiresAt: Promise.reject(new Error('no end')) }),
    ).toThrow(OptionError);
    await settled();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('an unknown key, named on one line', () => {
    expect(() => verdictOf({ data: 7, 'a\nb': 1 })).toThrow(/^authenticate: a\\u000ab is not part of a grant;/);
  });

  test.each<[string, unknown]>([
    [
      'a getter that throws',
      {
        get data() {
          throw new Error('bug');
        },
      },
    ],
    [
      'a proxy that lets nobody see what it is',
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error('bug');
          },
        },
      ),
    ],
    [
      'a proxy that hides its keys',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('bug');
          },
        },
      ),
    ],
  ])('%s: it comes out', (_what, value) => {
    expect(() => verdictOf(value)).toThrow('bug');
  });

  test('a proxy that was revoked', () => {
    const { proxy, revoke } = Proxy.revocable({ data: 7 }, {});
    revoke();
    expect(() => verdictOf(proxy)).toThrow(TypeError);
  });
});

test('an identity is granted, with or without data', () => {
  expect(verdictOf({ identity: 'user:42' })).toEqual({
    kind: 'granted',
    granted: { data: undefined, expiresAt: undefined, identity: 'user:42' },
  });
  expect(verdictOf({ data: 7, identity: 'x'.repeat(256) })).toMatchObject({ granted: { data: 7 } });
});

test('an identity that is too long is not shown: it may be the credential', () => {
  expect(() => verdictOf({ data: 7, identity: 'secret'.repeat(50) })).toThrow(
    new OptionError(
      'authenticate: identity is a text of 300 characters; allowed are texts of 1 to 256 characters, such as "user:42".',
    ),
  );
});

test('each value is read once: a getter may give another the next time', () => {
  let reads = 0;
  const value = {
    get expiresAt() {
      reads += 1;
      return reads === 1 ? AT : Number.NaN;
    },
  };
  expect(verdictOf(value)).toEqual({ kind: 'granted', granted: { data: undefined, expiresAt: AT } });
});

test('what Object.prototype was made to have grants nothing', () => {
  Reflect.defineProperty(Object.prototype, 'data', { value: 'everybody', configurable: true });
  try {
    expect(() => verdictOf({})).toThrow(OptionError);
  } finally {
    Reflect.deleteProperty(Object.prototype, 'data');
  }
});
