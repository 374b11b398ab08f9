import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkShared, planOf } from '../../../src/cli/serve/plan.js';
import { TLS_IDENTITY } from '../../support/tls-identity.js';

const standard = await planOf({});
let folder: string;
let cert: string;
let key: string;

async function fileOf(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-plan-'));
  cert = await fileOf('cert.pem', TLS_IDENTITY.cert);
  key = await fileOf('key.pem', TLS_IDENTITY.key);
});
afterAll(() => rm(folder, { recursive: true }));

test('without a file the service echoes and has rooms', async () => {
  const { file, listeners, dialers, tls } = await planOf({});
  expect([file, dialers, tls]).toEqual([undefined, [], undefined]);
  expect(listeners.map(({ paths, place }) => [paths, place])).toEqual([
    [['/echo'], 'listeners[0]'],
    [['/rooms/*'], 'listeners[1]'],
  ]);
});

test('a module gives handlers, whose ids are their paths', async () => {
  const module = await fileOf(
    'app.mjs',
    "const handler = async () => {}; export default { handlers: { '/a': handler, '/b': { id: 'b', handler }, '/ü': handler } };",
  );
  const { file, listeners } = await planOf({ module });
  expect(file).toBe(module);
  expect(listeners.map(({ paths, place, options: { id, path } }) => [paths, place, id, path])).toEqual([
    [['/a'], 'handlers["/a"]', '/a', '/a'],
    [['/b'], 'handlers["/b"]', 'b', '/b'],
    [['/ü'], 'handlers["/ü"]', undefined, '/ü'],
  ]);
});

test('the certificate of the command line takes the place of that in the file', async () => {
  const config = await fileOf(
    'tls.json',
    JSON.stringify({
      tls: { certFile: 'none.pem', keyFile: 'none.pem' },
      listeners: [{ path: '/a', behaviour: 'echo' }],
    }),
  );
  await expect(planOf({ config })).rejects.toThrow(/tls\.json: tls\.certFile: none\.pem cannot be read: ENOENT/);
  expect((await planOf({ config, tlsCert: cert, tlsKey: key })).tls).toMatchObject({
    cert: Buffer.from(TLS_IDENTITY.cert),
  });
});

test.each([
  [{ module: 'a.mjs', config: 'b.json' }, 'serve takes a module or --config, not both.'],
  [{ tlsCert: 'a.pem' }, '--tls-cert and --tls-key are given together.'],
  [{ tlsKey: 'a.pem' }, '--tls-cert and --tls-key are given together.'],
])('%j is refused', async (source, message) => {
  await expect(planOf(source)).rejects.toThrow(message);
});

test.each([
  [{ dialers: [{ url: 'ws://127.0.0.1:9/', behaviour: 'log' }] }, /shared\.json: dialers cannot be shared by workers/],
  [
    { dashboard: { actions: true }, listeners: [{ path: '/a', behaviour: 'echo' }] },
    /shared\.json: dashboard shows one process/,
  ],
])('several workers cannot have %j', async (config, message) => {
  const plan = await planOf({ config: await fileOf('shared.json', JSON.stringify(config)) });
  expect(() => checkShared(plan)).toThrow(message);
});

test('several workers can have listeners', async () => {
  expect(() => checkShared({ ...standard, settings: { dashboard: false } })).not.toThrow();
});
