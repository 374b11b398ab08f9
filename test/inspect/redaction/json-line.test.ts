import { expect, test } from 'vitest';
import { jsonLine } from '../../../src/inspect/redaction/json-line.js';
import { UNMASKED } from '../../../src/inspect/redaction/masked.js';

test('is one line, whatever is in it', () => {
  expect(jsonLine({ text: 'a\nb' })).toBe('{"text":"a\\nb"}\n');
});

test("keeps an error's name, message, code and cause, and not its stack", () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
    secret: 'x',
  });
  const error = new TypeError('no connection', { cause });
  expect(JSON.parse(jsonLine({ error }))).toEqual({
    error: {
      name: 'TypeError',
      message: 'no connection',
      cause: { name: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED', syscall: 'connect' },
    },
  });
});

test('writes integers too large for JSON as text', () => {
  expect(jsonLine({ n: 2n ** 64n })).toBe('{"n":"18446744073709551616"}\n');
});

test('writes errors that hang together in a circle, and once each', () => {
  const error = new Error('a');
  error.cause = new Error('b', { cause: error });
  expect(JSON.parse(jsonLine({ error }))).toEqual({
    error: { name: 'Error', message: 'a', cause: { name: 'Error', message: 'b' } },
  });
});

test('keeps the rest of a line of which one value cannot be written', () => {
  const error = Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new Error('bad getter');
    },
  });
  expect(JSON.parse(jsonLine({ event: 'observer.threw', error }))).toEqual({
    event: 'observer.threw',
    error: { name: 'Error', message: '[unreadable]' },
  });
});

test('hides secrets by what they are, and shows them if the option says so', () => {
  const value = {
    url: 'a b?c=d',
    protocol: 'bearer.x',
    sentence: 'at ws://u:p@h/',
    report: { cause: new Error('token=x') },
  };
  const { url, protocol, sentence, report } = JSON.parse(jsonLine(value)) as {
    url: string;
    protocol: string;
    sentence: string;
    report: object;
  };
  expect({ url, protocol, sentence, report }).toEqual({
    url: 'a b?c=***',
    protocol: 'bearer***',
    sentence: 'at ws://***@h/',
    report: { cause: { name: 'Error', message: 'token=***' } },
  });
  expect(JSON.parse(jsonLine({ url: '/?a=b' }, UNMASKED))).toEqual({ url: '/?a=b' });
});

test('is fit for a terminal', () => {
  expect(jsonLine({ text: '\u001b\u009b\u202e' })).toBe('{"text":"\\u001b\\u009b\\u202e"}\n');
});

const thrower = (message: string) => ({
  get(): string {
    throw new Error(message);
  },
});
const circle: Record<string, unknown> = {};
circle['self'] = circle;
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

test.each<[what: string, value: unknown]>([
  ['an object without a prototype', Object.create(null)],
  ['a symbol', Symbol('x')],
  ['a function', () => {}],
  ['an error whose message throws', Object.defineProperty(new Error('x'), 'message', thrower('message'))],
  ['an object whose property throws', Object.defineProperty({}, 'a', { ...thrower('a'), enumerable: true })],
  ['a toJSON that throws', { toJSON: thrower('toJSON').get }],
  ['a circle', circle],
  ['an error that is its own cause', Object.assign(new Error('x'), { cause: circle })],
  ['a revoked proxy', revoked],
  ['a date that is none', new Date(Number.NaN)],
])('whatever the value is, there is a line: %s', (_what, value) => {
  expect(JSON.parse(jsonLine({ event: 'e', value }))).toMatchObject({ event: 'e' });
});
