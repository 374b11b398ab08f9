import { expect, test } from 'vitest';
import { toWanted } from '../../../src/adapters/websocket/web-socket-init.js';
import { OptionError } from '../../../src/index.js';

test.each([
  [undefined, []],
  [null, []],
  ['chat', ['chat']],
  ['', ['']],
  [1, ['1']],
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  [new Set(['a']), ['a']],
  [Object.assign(() => {}, { [Symbol.iterator]: () => ['from a function'].values() }), ['from a function']],
  [{}, []],
  [{ [Symbol.iterator]: undefined, protocols: 'chat' }, ['chat']],
  [{ protocols: ['a', 'b'] }, ['a', 'b']],
  [{ protocols: undefined, dispatcher: 'ignored' }, []],
  [Object.assign(() => {}, { protocols: 'a' }), ['a']],
])('%j offers %j', (value, protocols) => {
  expect(toWanted(value)).toEqual({ protocols, headers: undefined });
});

test.each([[{ Cookie: 'a=1' }], [new Headers({ Cookie: 'a=1' })], [[['Cookie', 'a=1']]]])(
  'has the header fields of %j',
  (headers) => {
    const { headers: fields = {} } = toWanted({ headers });
    expect(new Headers(fields).get('cookie')).toBe('a=1');
  },
);

// Node's own class takes these, and programs that were written for it give them.
test("lists of values are sent as one, as Node's own class sends them, and undefined is not sent", () => {
  const { headers } = toWanted({ headers: { accept: ['a', 'b'], 'x-none': undefined, cookie: 'c=1' } });
  expect(headers).toEqual({ accept: 'a, b', cookie: 'c=1' });
});

test.each([5, 'a', null, { 'sec-websocket-key': 'x' }, { a: 1 }, { a: [1] }, { a: null }, Promise.resolve({})])(
  'header fields of %j are an OptionError',
  (headers) => {
    expect(() => toWanted({ headers })).toThrow(OptionError);
    expect(() => toWanted({ headers })).toThrow(/^WebSocket: headers/);
  },
);

test.each(['ownKeys', 'has', 'get'] as const)('header fields that throw in %s are an OptionError', (trap) => {
  const thrower = () => {
    throw new Error('broken');
  };
  const headers = new Proxy({ accept: 'a' }, { [trap]: thrower });
  expect(() => toWanted({ headers })).toThrow(OptionError);
  expect(() => toWanted({ headers: { accept: new Proxy(['a'], { get: thrower }) } })).toThrow(OptionError);
});

test('what a getter, an iterator, or a proxy throws passes unchanged', () => {
  const error = new Error('broken');
  const thrower = () => {
    throw error;
  };
  const values = [
    Object.defineProperty({}, 'protocols', { get: thrower }),
    Object.defineProperty({}, Symbol.iterator, { get: thrower }),
    { [Symbol.iterator]: thrower },
    { protocols: { toString: thrower } },
  ];
  for (const value of values) expect(() => toWanted(value)).toThrow(error);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(() => toWanted(proxy)).toThrow(TypeError);
  expect(() => toWanted(Symbol('chat'))).toThrow(TypeError);
});
