import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { resolveInspectionServer } from '../../../../src/inspect/xstate/server/resolve-inspection-server.js';
import { OptionError } from '../../../../src/transport/errors.js';

test('the defaults are loopback, ten viewers, and no events', () => {
  expect(resolveInspectionServer({})).toMatchObject({
    port: 8229,
    host: '127.0.0.1',
    path: '/',
    token: undefined,
    maxViewers: 10,
    acceptEvents: false,
    origins: 'same-origin',
  });
});

test.each<[object, string]>([
  [{ port: 70_000 }, 'port is 70000; it must be a whole number from 0 to 65,535.'],
  [{ port: '80' }, 'port is "80"; it must be a whole number from 0 to 65,535.'],
  [{ maxViewers: 0 }, 'maxViewers is 0; it must be a whole number from 1 to 1,000.'],
  [{ maxWaiting: 0.5 }, 'maxWaiting is 0.5; it must be a whole number from 1 to 1,000,000.'],
  [{ host: '' }, 'host is ""; it must be an address to listen on.'],
  [{ path: 'inspect' }, 'path is "inspect"; it must be a path such as "/" or "/inspection".'],
  [
    { inspectorUrl: 'stately.ai' },
    'inspectorUrl is "stately.ai"; it must be an absolute http: or https: URL, or false.',
  ],
  [{ inspectorUrl: 'javascript:alert(1)' }, 'it must be an absolute http: or https: URL, or false.'],
  [{ acceptEvents: 1 }, 'acceptEvents is of type number; it must be true, false, or a function.'],
  [{ server: createServer(), port: 1 }, 'server is given together with port or host; give one of them.'],
  [{ host: '::' }, 'token is missing, and host is "::"; beyond loopback give one of 16 to 200 printable ASCII'],
  [{ only: { share: 3 } }, 'only.share is 3; it must be a number from 0 to 1.'],
  [{ sanitizeEvent: 1 }, 'sanitizeEvent is of type number; it must be a function.'],
  [{ tokn: 'x' }, 'tokn is not an option; did you mean token?'],
])('%o is refused in one sentence', (options, sentence) => {
  const resolve = () => resolveInspectionServer(options);
  expect(resolve).toThrow(OptionError);
  expect(resolve).toThrow(sentence);
  expect(resolve).toThrow(/^serveInspection: /);
});

test('a token that is too short is refused, and not shown', () => {
  const resolve = () => resolveInspectionServer({ token: 's3cret' });
  expect(resolve).toThrow('token is not allowed (its value is not shown); allowed are 16 to 200 printable ASCII');
  expect(resolve).not.toThrow(/s3cret/);
});
