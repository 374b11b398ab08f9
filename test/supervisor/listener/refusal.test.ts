import { describe, expect, test } from 'vitest';
import { refusalAnswer, refuse } from '../../../src/supervisor/listener/refusal.js';
import { OptionError } from '../../../src/transport/errors.js';

/** What another copy of the package would have made. */
function foreign(answer: unknown): object {
  return Object.defineProperty({ answer }, Symbol.for('wirekeeper.refusal'), { value: true });
}

test('makes an answer of a status, header fields, and a body', () => {
  const refusal = refuse(401, { headers: { 'www-authenticate': 'Bearer', 'retry-after': 5 }, body: 'who are you?' });
  expect(refusal.answer).toEqual({
    status: 401,
    headers: { 'www-authenticate': 'Bearer', 'retry-after': '5' },
    body: 'who are you?',
  });
});

test('redirects, and sets several cookies: a list is sent as a field for each value', () => {
  const headers = { location: '/elsewhere', 'set-cookie': ['a=1', 'b=2'] };
  expect(refuse(302, { headers }).answer).toEqual({ status: 302, headers });
});

test.each<[unknown]>([
  [200],
  [101],
  [299],
  [600],
  [404.5],
  [Number.NaN],
  ['401'],
  [401n],
  [Symbol('status')],
  [undefined],
  [null],
  [{}],
])('does not take %s for a status that refuses', (status) => {
  expect(() => refuse(status as number)).toThrow(OptionError);
  expect(() => refuse(status as number)).toThrow('300 to 599');
});

describe('does not take', () => {
  test.each<[string, unknown]>([
    ['a field name with a space', { headers: { 'x y': '1' } }],
    ['a value with a line break, which would begin another field', { headers: { 'x-why': 'a\r\nset-cookie: b' } }],
    ['a value that is no text', { headers: { 'x-why': null } }],
    ['a value that is undefined', { headers: { 'x-why': undefined } }],
    ['a list with what is no text', { headers: { 'set-cookie': ['a=1', { b: 2 }] } }],
    ['a list with a line break', { headers: { 'set-cookie': ['a=1', 'b\r\nc: d'] } }],
    ['a value that no text can be made of', { headers: { 'x-why': Object.create(null) } }],
    ['a value that is no finite number', { headers: { 'retry-after': Number.NaN } }],
    ['a Symbol as value', { headers: { 'x-why': Symbol('why') } }],
    ['one field in two cases', { headers: { 'X-Why': '1', 'x-why': '2' } }],
    ['a length of its own', { headers: { 'Content-Length': '5' } }],
    ['an encoding of its own', { headers: { 'transfer-encoding': 'chunked' } }],
    ['Headers, whose fields would be lost', { headers: new Headers({ 'x-why': '1' }) }],
    ['a Map, likewise', { headers: new Map([['x-why', '1']]) }],
    ['a list of fields', { headers: [['x-why', '1']] }],
    ['a text of fields', { headers: 'x-why: 1' }],
    ['a number as body', { body: 5 }],
    ['bytes as body', { body: Buffer.from('no') }],
    ['an object as body', { body: { error: 'no' } }],
    ['null as body', { body: null }],
    ['an option that there is not', { reason: 'no' }],
    [
      'a getter that throws',
      {
        get body() {
          throw new Error('bug');
        },
      },
    ],
    ['null', null],
    ['a text', 'no'],
  ])('%s', (_what, parts) => {
    const make = () => refuse(403, parts as never);
    expect(make).toThrow(OptionError);
    expect(make).toThrow(/^refuse/);
  });
});

describe('of a returned value, the answer is that of', () => {
  test('a refusal', () => {
    expect(refusalAnswer(refuse(403))).toEqual({ status: 403 });
  });

  test('one that another copy of the package has made', () => {
    expect(refusalAnswer(foreign({ status: 401, headers: { 'www-authenticate': 'Bearer' }, body: 'no' }))).toEqual({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      body: 'no',
    });
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a status', 401],
    ['what looks like one', { answer: { status: 401 } }],
    ['what looks like its answer', { status: 401 }],
  ])('nobody: %s', (_what, value) => {
    expect(refusalAnswer(value)).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a status that lets in', { status: 101 }],
    ['a body that is none', { status: 401, body: 5 }],
    ['a field that ends the head', { status: 401, headers: { a: '1\r\n\r\n' } }],
  ])('no refusal that has %s: OptionError', (_what, answer) => {
    expect(() => refusalAnswer(foreign(answer))).toThrow(OptionError);
  });
});
