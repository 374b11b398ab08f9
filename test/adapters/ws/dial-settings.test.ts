import { Agent } from 'node:https';
import { expect, test } from 'vitest';
import { dialSettings } from '../../../src/adapters/ws/dial-settings.js';

const dialOf = (options: object, url = 'ws://host/') => dialSettings(url, undefined, options).dial;

test.each([
  ['http://host/path?query', 'ws://host/path?query'],
  ['https://host', 'wss://host/'],
  ['wss://user:word@host/', 'wss://user:word@host/'],
  ['ws+unix:/run/x.sock:/path', 'ws+unix:/run/x.sock:/path'],
])('the address %s is dialed as %s', (address, url) => {
  expect(dialSettings(address, undefined, {}).url).toBe(url);
});

test('a URL that is given stays as it is', () => {
  const address = new URL('http://host/');
  dialSettings(address, undefined, {});
  expect(address.protocol).toBe('http:');
});

test('a socket dials once, and is never restarted', () => {
  const { retry, restart } = dialOf({});
  expect(restart).toBe('temporary');
  expect((retry as () => unknown)()).toBe('stop');
});

test('header fields are texts, and those of the handshake are left out', () => {
  const headers = {
    'X-Number': 1,
    'X-List': ['a', 'b'],
    'X-None': undefined,
    // The client of engine.io gives them so.
    Cookie: ['a=1', 'b=2'],
    Connection: 'close',
    'sec-websocket-key': 'k',
  };
  expect(dialOf({ headers, origin: 'https://here', auth: 'user:word' }).headers).toEqual({
    'X-Number': '1',
    'X-List': 'a, b',
    Cookie: 'a=1; b=2',
    Origin: 'https://here',
    Authorization: `Basic ${Buffer.from('user:word').toString('base64')}`,
  });
  expect(dialOf({ headers: { authorization: 'mine' }, auth: 'user:word' }).headers).toEqual({ authorization: 'mine' });
});

test('the options of ws have their places', () => {
  const lookup = () => {};
  const options = {
    handshakeTimeout: 500,
    followRedirects: true,
    perMessageDeflate: false,
    family: 4,
    localAddress: '127.0.0.1',
    lookup,
    ca: 'certificate',
    rejectUnauthorized: false,
    liveness: false as const,
    limits: { maxBufferedBytes: 1 },
    protocols: 'spoken',
  };
  expect(dialOf(options)).toMatchObject({
    limits: { openWithinMs: 500, maxBufferedBytes: 1 },
    redirects: 10,
    perMessageDeflate: false,
    tcp: { family: 4, localAddress: '127.0.0.1', lookup },
    tls: { ca: 'certificate', rejectUnauthorized: false },
    liveness: false,
    protocols: ['spoken'],
  });
  expect(dialOf({}).perMessageDeflate).toBe(true);
});

test('a function that makes sockets is an agent', () => {
  const createConnection = () => {};
  expect(dialOf({ createConnection }).agent).toMatchObject({ createConnection });
  expect(dialOf({ createConnection }, 'wss://host/').agent).toBeInstanceOf(Agent);
});

test.each(['finishRequest', 'generateMask', 'ciphers', 'secureContext', 'maxVersion'])(
  'the option %s, which cannot be honoured, is refused',
  (name) => {
    expect(() => dialOf({ [name]: () => {} })).toThrow(new RegExp(`^The option ${name} is not supported: `));
    expect(() => dialOf({ [name]: undefined })).not.toThrow();
  },
);

test('another version of the protocol is refused', () => {
  expect(() => dialOf({ protocolVersion: 8 })).toThrow(RangeError);
});

// engine.io's client always gives agent: false, which was an OptionError that nobody could see.
test('what is null is not there, nor is an agent that is false', () => {
  const nothing = Object.fromEntries(
    ['agent', 'auth', 'ca', 'family', 'handshakeTimeout', 'headers', 'localAddress', 'lookup', 'origin', 'pfx'].map(
      (name) => [name, null],
    ),
  );
  expect({ ...dialOf(nothing), retry: undefined }).toEqual({ ...dialOf({}), retry: undefined });
  expect(dialOf({ agent: false })).not.toHaveProperty('agent');
  expect(dialOf({ perMessageDeflate: null }).perMessageDeflate).toBe(false);
});
