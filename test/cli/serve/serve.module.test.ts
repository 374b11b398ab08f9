import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenOn, stopListening } from '../../../src/cli/config/place.js';
import { connect } from '../../../src/index.js';
import { TLS_IDENTITY } from '../../support/tls-identity.js';
import { start, startService, stopped } from '../fake-terminal.js';

const ECHO = 'async (connection) => { for await (const frame of connection) connection.send(frame); }';
let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-serve-module-'));
  await writeFile(join(folder, 'cert.pem'), TLS_IDENTITY.cert);
  await writeFile(join(folder, 'key.pem'), TLS_IDENTITY.key);
});
afterAll(() => rm(folder, { recursive: true }));

/** A module, each time another one: Node.js loads a file once. */
async function moduleOf(text: string): Promise<string> {
  files += 1;
  const file = join(folder, `${files}.mjs`);
  await writeFile(file, text);
  return file;
}

test('runs the handlers of a module, after its setup, with parameters and data', async () => {
  const module = await moduleOf(`
    let greeting;
    export default {
      setup: async (supervisor) => { greeting = 'hello from ' + supervisor.name; },
      handlers: {
        '/greet/:name': {
          authenticate: ({ query }) => ({ data: query.get('title') }),
          handler: async (c) => { c.send(greeting + ', ' + c.data + ' ' + c.request.params.name); await c.closed; },
        },
      },
    };`);
  const service = await startService(module);
  await using client = await connect(`ws://${service.authority}/greet/ann?title=Dr`);
  expect((await client.receive())?.text()).toMatch(/^hello from .*, Dr ann$/);
  expect(await stopped(service)).toBe(0);
  expect((await client.closed).received?.code).toBe(1012);
});

test('speaks wss and https with the certificate of the module, and says so', async () => {
  const module = await moduleOf(
    `export default { tls: { certFile: 'cert.pem', keyFile: 'key.pem' }, handlers: { '/echo': ${ECHO} } };`,
  );
  const service = start('serve', module, '--port', '0');
  const [, authority = ''] = await service.terminal.stdout.said(/listens on https:\/\/(\S+)/);
  await using client = await connect(`wss://${authority}/echo`, { tls: { ca: TLS_IDENTITY.cert } });
  client.send('over TLS');
  expect((await client.receive())?.text()).toBe('over TLS');
  expect(service.terminal.stdout.text).toMatch(/^ {2}wss:\/\/127\.0\.0\.1:\d+\/echo +runs your handler$/m);
  await expect(connect(`ws://${authority}/echo`)).rejects.toThrow();
  expect(await stopped(service)).toBe(0);
});

test.each<[what: string, source: string, message: RegExp]>([
  ['exports nothing', '', /: .*\.mjs has no default export; write: export default defineService\(\{ \.\.\. \}\)\./],
  ['throws', "throw new Error('no database')", /: .*\.mjs cannot be loaded: no database /],
  [
    'has a handler that is no function',
    "export default { handlers: { '/a': { handler: 5 } } }",
    /\.mjs: handlers\["\/a"\]\.handler is required and must be a function\./,
  ],
  [
    'has an option that the library refuses',
    `export default { handlers: { '/a': { handler: ${ECHO}, limits: { maxPayloadBytes: -1 } } } }`,
    /\.mjs: handlers\["\/a"\]\.limits\.maxPayloadBytes is -1; /,
  ],
  [
    'has a setup that rejects',
    `export default { setup: async () => { throw new Error('no broker'); }, handlers: { '/a': ${ECHO} } }`,
    /\.mjs: setup has failed: no broker/,
  ],
])('a module that %s gives one sentence, status 2, and never listens', async (_what, source, message) => {
  const taken = createServer();
  const port = await listenOn(taken, { host: '127.0.0.1', port: 0 });
  const { terminal, status } = start('serve', await moduleOf(source), '--port', String(port));
  expect(await status).toBe(2);
  expect(terminal.stderr.lines).toEqual([expect.stringMatching(message)]);
  expect(terminal.stdout.text).toBe('');
  await stopListening(taken);
});
