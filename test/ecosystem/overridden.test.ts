/** Libraries that bring ws along, unchanged, in a project that has the packed packages and one line for npm. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type CloseReport, connect, createSupervisor, type Supervisor } from 'wirekeeper';
import { type PackageRegistry, type Packed, startPackageRegistry } from './package-registry.js';

const INSTALLED_WITHIN_MS = 180_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let registry: PackageRegistry;
let supervisor: Supervisor;
const children: ChildProcess[] = [];

const run = async (command: string, args: readonly string[], cwd = folder): Promise<string> =>
  (await promisify(execFile)(command, args, { cwd })).stdout.trim();

/** Packs a package as it is built. */
async function pack(source: string): Promise<Packed> {
  const args = ['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(await run('npm', args, source)) as [{ readonly filename: string }];
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as Packed['manifest'];
  return { tarball: join(folder, filename), manifest };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-overridden-'));
  const packages = await Promise.all([root, join(root, 'packages/ws')].map(pack));
  registry = await startPackageRegistry(packages, await run('npm', ['config', 'get', 'registry']));
  await cp(fileURLToPath(new URL('overridden', import.meta.url)), folder, { recursive: true });
  await writeFile(join(folder, '.npmrc'), `registry=${registry.url}/\n`);
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']);
}, INSTALLED_WITHIN_MS);

afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}, INSTALLED_WITHIN_MS);

test('import and require of ws are our class, and wirekeeper itself has the real one', async () => {
  expect(JSON.parse(await run(process.execPath, ['shape.mjs']))).toEqual({
    isOurs: true,
    names: [
      'Server',
      'WebSocket',
      'WebSocketServer',
      'createWebSocketStream',
      'default',
      'shareSupervisor',
      'sharedSupervisor',
    ],
    members: ['WebSocket', 'Server', 'WebSocketServer', 'createWebSocketStream', 'sharedSupervisor', 'shareSupervisor'],
    beneath: 'ws',
  });
});

// Its client gives agent: false, which was refused, and nobody could hear it.
test('socket.io and its client run on it, both', async () => {
  expect(JSON.parse(await run(process.execPath, ['socket-io.mjs']))).toEqual({
    answer: 'text',
    roles: ['accepted', 'dialed'],
  });
});

test('the programs compile with the types of the libraries', { timeout: 60_000 }, async () => {
  const options = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, allowJs: true, checkJs: true };
  const files = ['fastify.mjs', 'hono.mjs', 'express.cjs', 'nest.mjs'];
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...options, skipLibCheck: true, types: ['node'] }, files }),
  );
  const faults = run(process.execPath, [join(root, 'node_modules/.bin/tsc')]);
  expect(await faults.catch((error: unknown) => (error as { readonly stdout: string }).stdout)).toBe('');
});

/** Starts one of the programs, and resolves with the port on which it listens. */
async function start(program: string, port = 0): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = fork(join(folder, 'run.mjs'), [`./${program}`, String(port)], { cwd: folder });
  children.push(child);
  const died = once(child, 'exit').then(([status]) => Promise.reject(new Error(`${program} ended with ${status}`)));
  const [message] = (await Promise.race([once(child, 'message'), died])) as [number];
  return { child, port: message };
}

/** Drains a program; resolves with how its connections have ended, and with its status. */
async function drain(child: ChildProcess) {
  const [endings, exit] = [once(child, 'message'), once(child, 'exit')];
  child.send('drain');
  const [[reports], [status]] = await Promise.all([endings, exit]);
  return { reports, status };
}

const NEST_MESSAGE = JSON.stringify({ event: 'echo', data: 'text' });

describe.each([
  ['fastify.mjs', 'text', Buffer.from('bytes')],
  ['hono.mjs', 'text', Buffer.from('bytes')],
  ['express.cjs', 'text', Buffer.from('bytes')],
  ['nest.mjs', NEST_MESSAGE, Buffer.from(NEST_MESSAGE)],
])('%s', (program, text, bytes) => {
  afterEach(async () => {
    await supervisor.stop();
    for (const child of children.splice(0)) child.kill();
  });

  test('echoes, reports each ending, drains with advice, and its clients come back', { timeout: 60_000 }, async () => {
    const first = await start(program);
    const url = `ws://127.0.0.1:${first.port}/echo`;
    supervisor = createSupervisor();
    const reports: CloseReport[] = [];
    const feed = supervisor.dial({
      url,
      handler: async (connection) => {
        reports.push(await connection.closed);
      },
      retry: () => ({ afterMs: 20 }),
    });
    const echoed = async (data: string | Uint8Array) => {
      const connection = await feed.connected();
      connection.send(data);
      return (await connection.receive())?.data.toString();
    };
    expect([await echoed(text), await echoed(bytes)]).toEqual([text, String(bytes)]);
    const other = await connect(url);
    other.close(4001, 'bye');
    expect(await other.closed).toMatchObject({ trigger: 'close-called', wasClean: true });

    expect(await drain(first.child)).toEqual({
      status: 0,
      reports: [
        ['peer-closed', 4001],
        ['drained', 1012],
      ],
    });
    expect(reports).toEqual([expect.objectContaining({ trigger: 'peer-closed', code: 1012, wasClean: true })]);

    const second = await start(program, first.port);
    expect(await echoed(text)).toBe(text);
    await feed.stop();
    expect(await drain(second.child)).toEqual({ status: 0, reports: [['peer-closed', 1000]] });
  });
});
