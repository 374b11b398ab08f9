import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkService, loadService, placeOfHandler } from '../../../src/cli/config/service-module.js';
import { OptionError } from '../../../src/index.js';
import { defineService, route } from '../../../src/service/index.js';

const handler = async () => {};
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-services-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('takes handlers by path, alone or with options, and what the service is', () => {
  const setup = () => {};
  const authenticate = () => ({ data: 1 });
  const service = defineService({
    port: 0,
    limits: { maxConnections: 5 },
    tls: undefined,
    supervisor: { strategy: 'one_for_all' },
    handlers: { '/a': handler, '/b/:name': route({ origins: 'any', authenticate, handler }) },
    setup,
  });
  expect(checkService(service)).toEqual({
    settings: { port: 0, limits: { maxConnections: 5 } },
    supervisor: { strategy: 'one_for_all' },
    handlers: [
      { path: '/a', options: { handler } },
      { path: '/b/:name', options: { origins: 'any', authenticate, handler } },
    ],
    setup,
  });
});

test.each<[unknown, string]>([
  [undefined, 'the default export is of type undefined; it must be what defineService returns.'],
  [null, 'the default export is of type object; it must be what defineService returns.'],
  [handler, 'the default export is of type function; it must be what defineService returns.'],
  [[], 'the default export is a list; it must be a service.'],
  [{}, 'handlers is missing; a service needs it.'],
  [{ handlers: {} }, 'handlers is empty; it must have at least one path.'],
  [
    { handlers: [handler] },
    'handlers is a list; it must be an object of handlers by path, such as { "/echo": async (connection) => { ... } }.',
  ],
  [
    { handlers: { '/a': 5 } },
    'handlers["/a"] is of type number; it must be a handler, or an object of handler and options.',
  ],
  [{ handlers: { '/a': [] } }, 'handlers["/a"] is a list; it must be a handler, or an object of handler and options.'],
  [{ handlers: { '/a': { handler: 'x' } } }, 'handlers["/a"].handler is required and must be a function.'],
  [
    { handlers: { '/a': { handler, port: 80 } } },
    'handlers["/a"].port cannot be given; the service decides it for all paths.',
  ],
  [
    { handlers: { '/a/*': handler, '/a/:b': handler } },
    'handlers["/a/:b"] has the path "/a/:b", which handlers["/a/*"] has already; paths must be distinct.',
  ],
  [{ handlers: { '/a': handler }, setup: 1 }, 'setup is 1; it must be a function.'],
  [{ handlers: { '/a': handler }, port: '80' }, 'port is "80"; it must be an integer from 0 to 65535.'],
])('%j is one sentence', (given, message) => {
  expect(() => checkService(given)).toThrow(new OptionError(message));
});

test('a key that it does not know is refused, with those it knows', () => {
  expect(() => checkService({ handlers: { '/a': handler }, handler })).toThrow(
    /^handler is unknown; a service has port, host, .*supervisor, setup, handlers\.$/,
  );
});

test.each([
  ['throws.mjs', "throw new Error('no broker')", /throws\.mjs cannot be loaded: no broker$/],
  [
    'empty.mjs',
    'export const a = 1;',
    /empty\.mjs has no default export; write: export default defineService\(\{ \.\.\. \}\)\.$/,
  ],
  ['number.mjs', 'export default 5;', /number\.mjs: the default export is of type number; /],
  [
    'hostile.mjs',
    "export default { get handlers() { throw new Error('not today'); } };",
    /hostile\.mjs: cannot be read: not today$/,
  ],
  [
    'revoked.mjs',
    'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); export default proxy;',
    /revoked\.mjs: cannot be read: /,
  ],
])('the module %s gives one sentence that begins with the file', async (name, source, message) => {
  const file = join(folder, name);
  await writeFile(file, source);
  const failed = loadService(file);
  await expect(failed).rejects.toThrow(message);
  await expect(failed).rejects.toBeInstanceOf(OptionError);
});

test('messages name a handler as its author has written it', () => {
  expect(placeOfHandler('/a"b')).toBe(String.raw`handlers["/a\"b"]`);
});
