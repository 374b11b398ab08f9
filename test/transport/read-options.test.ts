import { describe, expect, test } from 'vitest';
import { OptionError } from '../../src/transport/errors.js';
import { checkObject, readList, readOptions } from '../../src/transport/read-options.js';
import { show } from '../../src/transport/show.js';
import { fail, revoked, throwing } from '../support/hostile.js';

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe('options', () => {
  test.each([undefined, null, 'text', 5, [], () => ({})])('cannot be %o', (value) => {
    expect(() => checkObject(value, 'dial: tls')).toThrow(
      new OptionError(`dial: tls is ${show(value)}; it must be an object.`),
    );
    expect(() => readOptions(value as object, [], 'dial: tls')).toThrow(OptionError);
  });

  test('may be any object', () => {
    expect(() => checkObject(Object.create(null), 'dial: tls')).not.toThrow();
  });

  class Mistaken {
    toString() {
      return 'path';
    }
  }
  test.each([
    ['a Map', new Map([['path', '/']])],
    ['a promise', Promise.resolve({ path: '/' })],
    ['a Date', new Date()],
    ['a Response', new Response()],
    ['an object of a class', new Mistaken()],
  ])('cannot be %s, of which each would be ignored', (_what, value) => {
    expect(() => readOptions(value as { path?: string }, ['path'], 'listen')).toThrow(
      new OptionError(
        'listen: options is an object of a class that has none of the options, such as a promise or a Map; it must be an object of options.',
      ),
    );
  });

  test('may be of a class that has one', () => {
    class Settings {
      readonly #path = '/a';
      get path() {
        return this.#path;
      }
    }
    expect(readOptions(new Settings(), ['path'], 'listen')).toEqual({ path: '/a' });
  });

  const allowed = ['path', 'port', 'protocols', 'maxPayloadBytes'];

  test.each([
    // unknown            the sentence
    ['protocol', 'listen: protocol is not an option; did you mean protocols?'],
    ['maxpayloadBytes', 'listen: maxpayloadBytes is not an option; did you mean maxPayloadBytes?'],
    ['maxPayload', 'listen: maxPayload is not an option; did you mean maxPayloadBytes?'],
    ['prot', 'listen: prot is not an option; did you mean port?'],
    ['handler', 'listen: handler is not an option; allowed are path, port, protocols, maxPayloadBytes.'],
  ])('called %s, which is unknown, are refused with the allowed one that is closest', (key, sentence) => {
    expect(() => readOptions<object>({ path: '/', [key]: undefined }, allowed as never[], 'listen')).toThrow(
      new OptionError(sentence),
    );
  });

  test('that are known are let through, except those that are undefined', () => {
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
    ['a proxy that hides its keys', new Proxy({}, { ownKeys: fail }), 'listen: options'],
    ['a proxy that was revoked', revoked(), 'listen: options'],
  ])('that cannot be read since %s throws are refused, with what it threw as the cause', (_what, given, name) => {
    const thrown = caught(() => readOptions<object>(given, allowed as never[], 'listen'));
    expect(thrown).toEqual(new OptionError(`${name} threw when it was read; it must be a value that can be read.`));
    expect(thrown).toHaveProperty('cause', expect.any(Error));
  });
});

describe('a list', () => {
  test('is copied', () => {
    const given = ['a'];
    expect(readList(given, 'rotateUrls: urls', 'URLs')).toEqual(given);
    expect(readList(given, 'rotateUrls: urls', 'URLs')).not.toBe(given);
  });

  test.each(['text', {}, null, undefined, new Set(['a'])])('cannot be %o', (value) => {
    expect(() => readList(value, 'rotateUrls: urls', 'URLs')).toThrow(
      new OptionError(`rotateUrls: urls is ${show(value)}; it must be a list of URLs.`),
    );
  });

  test('that throws when it is read is refused', () => {
    expect(() => readList(revoked(), 'rotateUrls: urls', 'URLs')).toThrow(
      'rotateUrls: urls is an object; it must be a list of URLs.',
    );
    expect(() => readList(new Proxy(['a'], { get: fail }), 'rotateUrls: urls', 'URLs')).toThrow(
      'rotateUrls: urls threw when it was read',
    );
  });
});
