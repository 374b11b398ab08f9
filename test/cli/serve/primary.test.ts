import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listenOn, stopListening } from '../../../src/cli/config/place.js';
import { type Connection, connect, reconnectDelayOf } from '../../../src/index.js';
import { type Child, Compiled } from '../compiled.js';

const COMPILED_WITHIN_MS = 60_000;
const SAID_WITHIN_MS = 30_000;
let wirekeeper: Compiled;

beforeAll(async () => {
  wirekeeper = await Compiled.build();
}, COMPILED_WITHIN_MS);
afterEach(() => wirekeeper.stop());
afterAll(() => wirekeeper.remove());

/** Says which process it is, then does what it is asked. */
const MODULE = `
  export default { handlers: {
    '/who': { handler: async (c) => {
      c.send(String(process.pid));
      for await (const frame of c) {
        if (frame.text() === 'crash') process.kill(process.pid, 'SIGKILL');
        if (frame.text() === 'throw') setImmediate(() => { throw new Error('nobody catches this'); });
        c.send(frame);
      }
    } },
    '/slow': { authenticate: () => new Promise((resolve) => setTimeout(resolve, 1500, { data: 1 })), handler: (c) => c.closed },
  } };`;

interface Service extends Child {
  readonly authority: string;
  readonly host: string;
}

async function serving(...args: string[]): Promise<Service> {
  const child = wirekeeper.start('serve', '--port', '0', '--json', ...args);
  const [, authority = ''] = await child.stdout.said(/"http":"http:\/\/([\d.:]+)/, SAID_WITHIN_MS);
  return { ...child, authority, host: `ws://${authority}` };
}

/** A client, and the process that it has come to. */
async function client(service: Service): Promise<{ readonly connection: Connection; readonly pid: number }> {
  const connection = await connect(`${service.host}/who`);
  return { connection, pid: Number((await connection.receive())?.text()) };
}

describe('serve --workers', { timeout: 90_000 }, () => {
  let module: string;
  beforeAll(async () => {
    module = await wirekeeper.file('workers.mjs', MODULE);
  });

  test('shares clients evenly, sums their metrics, and drains all on SIGTERM', async () => {
    const service = await serving('--workers', '2', module);
    const clients = [await client(service), await client(service), await client(service), await client(service)];
    const pids = clients.map(({ pid }) => pid);
    expect(new Set(pids).size).toBe(2);
    expect(pids.filter((pid) => pid === pids[0])).toHaveLength(2);
    const metrics = await (await fetch(`http://${service.authority}/metrics`)).text();
    expect(metrics).toMatch(/^wirekeeper_connections\{[^}]*role="accepted",state="open"\} 4$/m);
    service.signal('SIGTERM');
    const reports = await Promise.all(clients.map(({ connection }) => connection.closed));
    expect(reports.map(({ received }) => received?.code)).toEqual([1012, 1012, 1012, 1012]);
    expect(await service.status).toBe(0);
    const workers = service.stdout.lines.map((line) => (JSON.parse(line) as { readonly worker?: number }).worker);
    expect(new Set(workers)).toEqual(new Set([undefined, 1, 2]));
  });

  test('a worker that crashes is started again, the others stay', async () => {
    const service = await serving('--workers', '2', module);
    const [one, other] = [await client(service), await client(service)];
    one.connection.send('crash');
    expect((await one.connection.closed).trigger).toMatch(/^socket-(?:ended|error)$/);
    await service.stdout.said(/"event":"child\.restarting".*"the process of worker \d has exited by SIGKILL"/);
    other.connection.send('still here');
    expect((await other.connection.receive())?.text()).toBe('still here');
    const pidOfNext = async () => {
      const next = await client(service);
      next.connection.close();
      return next.pid;
    };
    await expect.poll(pidOfNext, { timeout: SAID_WITHIN_MS }).not.toBe(other.pid);
    expect(await pidOfNext()).not.toBe(one.pid);
    other.connection.close();
    service.signal('SIGTERM');
    expect(await service.status).toBe(0);
  });

  test('a worker with an uncaught error drains, gets no more clients, and is replaced', async () => {
    const service = await serving('--workers', '2', module);
    const [one, other] = [await client(service), await client(service)];
    one.connection.send('throw');
    expect((await one.connection.receive())?.text()).toBe('throw');
    expect((await one.connection.closed).received?.code).toBe(1012);
    const next = await client(service);
    expect(next.pid).not.toBe(one.pid);
    await service.stdout.said(/"event":"child\.restarting".*has exited with status 1/);
    for (const { connection } of [other, next]) connection.close();
    service.signal('SIGTERM');
    expect(await service.status).toBe(0);
  });

  test('SIGHUP loads the module again; whoever has begun a handshake is let in, and each client is closed with advice', async () => {
    const service = await serving('--workers', '1', module);
    const old = await client(service);
    const slow = connect(`${service.host}/slow`);
    const half = connectSocket(Number(service.authority.split(':')[1]), '127.0.0.1');
    half.write(`GET /who HTTP/1.1\r\nHost: ${service.authority}\r\nUpgrade: websocket\r\n`);
    await service.stdout.said(/"event":"connection\.opened"/);
    // The worker has both sockets when it says how many there are.
    await expect.poll(async () => (await fetch(`http://${service.authority}/readyz`)).status).toBe(200);
    await writeFile(module, MODULE.replace('c.send(String(process.pid))', "c.send('0')"));
    service.signal('SIGHUP');
    await service.stdout.said(/"event":"service\.reloading"/);
    await expect.poll(async () => (await client(service)).pid, { timeout: SAID_WITHIN_MS }).toBe(0);
    half.write(
      'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const answers = await half.take(1).toArray();
    expect(String(answers[0])).toMatch(/^HTTP\/1\.1 101 /);
    for (const connection of [old.connection, await slow]) {
      const { received } = await connection.closed;
      expect([received?.code, reconnectDelayOf(received?.reason ?? '')]).toEqual([1012, expect.any(Number)]);
    }
    half.destroy();
    await service.stdout.said(/"event":"service\.reloaded"/, SAID_WITHIN_MS);
    expect(service.stdout.text).not.toContain('handshake.refused');
    await writeFile(module, MODULE);
    service.signal('SIGTERM');
    expect(await service.status).toBe(0);
  });

  test('a module that is broken by then changes nothing: the old workers go on', async () => {
    const broken = await wirekeeper.file('breaks.mjs', MODULE);
    const service = await serving('--workers', '1', broken);
    const before = await client(service);
    await writeFile(broken, 'export default {');
    service.signal('SIGHUP');
    await service.stdout.said(/"event":"service\.reload-failed"/, SAID_WITHIN_MS);
    expect(service.stderr.text).toMatch(/breaks\.mjs cannot be loaded: .*\[WIREKEEPER_OPTION\]\n$/);
    const after = await client(service);
    expect(after.pid).toBe(before.pid);
    for (const { connection } of [before, after]) connection.close();
    service.signal('SIGTERM');
    expect(await service.status).toBe(0);
  });

  test('a module that cannot be loaded ends the service with its sentence and status 2', async () => {
    const wrong = await wirekeeper.file('wrong.mjs', 'export default 5;');
    const service = wirekeeper.start('serve', '--workers', '2', wrong);
    expect(await service.status).toBe(2);
    expect(service.stderr.lines).toEqual([expect.stringMatching(/^wirekeeper: .*wrong\.mjs: the default export is /)]);
  });

  test('a port that is in use ends the service with status 1', async () => {
    const taken = createServer();
    const port = await listenOn(taken, { host: '127.0.0.1', port: 0 });
    const service = wirekeeper.start('serve', '--workers', '2', '--port', String(port));
    expect(await service.status).toBe(1);
    expect(service.stderr.lines).toEqual([expect.stringMatching(/^wirekeeper: port \d+ of 127\.0\.0\.1 is in use/)]);
    await stopListening(taken);
  });

  test('when the primary is gone, the workers drain', async () => {
    const service = await serving('--workers', '2', module);
    const { connection, pid } = await client(service);
    service.signal('SIGKILL');
    expect((await connection.closed).received?.code).toBe(1012);
    await expect.poll(() => isRunning(pid), { timeout: SAID_WITHIN_MS }).toBe(false);
  });

  test.each([
    [['--dashboard'], '--dashboard'],
    [['--dashboard-actions'], '--dashboard-actions'],
    [['--inspect'], '--inspect'],
  ])('%j is about one process, and refused', async (args, option) => {
    const service = wirekeeper.start('serve', '--workers', '2', ...args);
    expect(await service.status).toBe(2);
    expect(service.stderr.lines).toEqual([
      `wirekeeper: ${option} shows one process; it cannot be given together with --workers. [WIREKEEPER_OPTION]`,
    ]);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
