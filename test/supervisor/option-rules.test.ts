import { describe, expect, test } from 'vitest';
import { checkNumber, checkObject, isInstance, type NumberRule, nameOf, readList, readOptions, show } from '../../src/supervisor/option-rules.js';
import { OptionError } from '../../src/transport/errors.js';

function fail(): never {
  throw new Error('no');
}

function throwing(key: string): object {
  return Object.defineProperty({}, key, { enumerable: true, get: fail });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

test.each([
  // value                shown
  ['text', '"text"'],
  ['two\nlines', '"two\\nlines"'],
  ['x'.repeat(81), `"${'x'.repeat(80)}..."`],
  [1.5, '1.5'],
  [Number.NaN, 'NaN'],
  [10n, '10'],
  [true, 'true'],
  [undefined, 'undefined'],
  [null, 'null'],
  [[1, 2], 'a list'],
  [{ secret: 1 }, 'an object'],
  [() => 1, 'a function'],
  [Symbol('s'), 'Symbol(s)'],
  [Symbol('two\nlines'), 'Symbol(two\\u000alines)'],
  [Symbol('x'.repeat(100)), `Symbol(${'x'.repeat(73)}...`],
  [10n ** 100n, `1${'0'.repeat(79)}...`],
  ['\u2028\u202e\u009b', '"\\u2028\\u202e\\u009b"'],
])('shows %o as %s', (value, shown) => {
  expect(show(value)).toBe(shown);
});

test.each<[string, unknown, string]>([
  ['without a prototype', Object.create(null), 'an object'],
  ['that throws when it is made a text', throwing('toString'), 'an object'],
  ['whose type is hidden', revoked(), 'an object'],
  ['that stands for a list', new Proxy([], {}), 'a list'],
])('shows an object %s, and does not throw', (_what, value, shown) => {
  expect(show(value)).toBe(shown);
});

test.each([
  // where                     key             name
  ['listen', 'path', 'listen: path'],
  ['listen: limits', 'openWithinMs', 'listen: limits.openWithinMs'],
  ['listeners[0].limits', 'openWithinMs', 'listeners[0].limits.openWithinMs'],
])('an option in "%s" called %s is named %s', (where, key, name) => {
  expect(nameOf(where, key)).toBe(name);
});

describe('options', () => {
  test.each([undefined, null, 'text', 5, [], () => ({})])('cannot be %o', (value) => {
    expect(() => checkObject(value, 'dial: tls')).toThrow(new OptionError(`dial: tls is ${show(value)}; it must be an object.`));
    expect(() => readOptions(value as object, [], 'dial: tls')).toThrow(OptionError);
  });

  test('may be any object', () => {
    expect(() => checkObject(Object.create(null), 'dial: tls')).not.toThrow();
  });

  const allowed = ['path', 'port', 'protocols', 'maxPayloadBytes'];

  test.each([
    // unknown            the sentence
    ['protocol', 'listen: protocol is no option; did you mean protocols?'],
    ['maxpayloadBytes', 'listen: maxpayloadBytes is no option; did you mean maxPayloadBytes?'],
    ['maxPayload', 'listen: maxPayload is no option; did you mean maxPayloadBytes?'],
    ['prot', 'listen: prot is no option; did you mean port?'],
    ['handler', 'listen: handler is no option; allowed are path, port, protocols, maxPayloadBytes.'],
  ])('called %s, which is unknown, are refused with the allowed one that is closest', (key, sentence) => {
    expect(() => readOptions<object>({ path: '/', [key]: undefined }, allowed as never[], 'listen')).toThrow(new OptionError(sentence));
  });

  test('that are known are let through, save those that are undefined', () => {
    expect(readOptions({ path: '/', port: undefined }, ['path', 'port'], 'listen')).toEqual({ path: '/' });
  });

  test('are read once each, also those that are inherited', () => {
    let reads = 0;
    class Options {
      get port(): number {
        reads += 1;
        return reads;
      }
    }
    expect(readOptions(new Options(), ['port'], 'listen')).toEqual({ port: 1 });
    expect(reads).toBe(1);
  });

  test.each<[string, object, string]>([
    ['a getter', throwing('port'), 'listen: port'],
    ['a proxy', new Proxy({}, { get: fail }), 'listen: path'],
    ['a proxy that hides its keys', new Proxy({}, { ownKeys: fail }), 'listen'],
    ['a proxy that was revoked', revoked(), 'listen'],
  ])('that cannot be read since %s throws are refused, with what it threw as the cause', (_what, given, name) => {
    const thrown = caught(() => readOptions<object>(given, allowed as never[], 'listen'));
    expect(thrown).toEqual(new OptionError(`${name} threw when it was read; it must be a value that can be read.`));
    expect(thrown).toHaveProperty('cause', expect.any(Error));
  });
});

describe('a list', () => {
  test('is copied', () => {
    const given = ['a'];
    expect(readList(given, 'rotate: urls', 'URLs')).toEqual(given);
    expect(readList(given, 'rotate: urls', 'URLs')).not.toBe(given);
  });

  test.each(['text', {}, null, undefined, new Set(['a'])])('cannot be %o', (value) => {
    expect(() => readList(value, 'rotate: urls', 'URLs')).toThrow(new OptionError(`rotate: urls is ${show(value)}; it must be a list of URLs.`));
  });

  test('that throws when it is read is refused', () => {
    expect(() => readList(revoked(), 'rotate: urls', 'URLs')).toThrow('rotate: urls is an object; it must be a list of URLs.');
    expect(() => readList(new Proxy(['a'], { get: fail }), 'rotate: urls', 'URLs')).toThrow('rotate: urls threw when it was read');
  });
});

test('nothing is an instance of anything if it does not let anybody see', () => {
  expect(isInstance(new URL('ws://a'), URL)).toBe(true);
  expect(isInstance(revoked(), URL)).toBe(false);
});

describe('a number', () => {
  const whole: NumberRule = { least: 0, most: 9, isWhole: true, allowed: 'whole numbers from 0 to 9' };
  const above: NumberRule = { least: 0, most: Number.POSITIVE_INFINITY, isWhole: false, isAbove: true, allowed: 'numbers above 0' };

  test.each([
    [0, whole],
    [9, whole],
    [0.001, above],
    [Number.POSITIVE_INFINITY, above],
    [Number.POSITIVE_INFINITY, { ...whole, most: Number.POSITIVE_INFINITY }],
  ])('%d is within the rule %o', (value, rule) => {
    expect(checkNumber(value, rule, 'level')).toBe(value);
  });

  test.each([
    [-1, whole],
    [10, whole],
    [1.5, whole],
    [Number.POSITIVE_INFINITY, whole],
    [Number.NaN, whole],
    ['5', whole],
    [5n, whole],
    [null, whole],
    [0, above],
    [Number.NaN, above],
    [2 ** 53, { ...whole, most: Number.POSITIVE_INFINITY }],
  ])('%s is not within the rule %o', (value, rule) => {
    expect(() => checkNumber(value, rule, 'level')).toThrow(new OptionError(`level is ${show(value)}; allowed are ${rule.allowed}.`));
  });
});
