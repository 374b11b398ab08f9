import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/index.js';
import type { ConnectionRequest } from '../../src/supervisor/api/connection-request.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { endingsOf } from '../support/endings.js';
import { plainHttp2, type Sharing } from '../support/http2-client.js';
import { sayMissing } from './checks.js';

const HAPROXY = '/usr/sbin/haproxy';
const isInstalled = existsSync(HAPROXY);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** haproxy in front of a server of HTTP/2, with the line of docs/deploying.md. */
async function inFrontOf({ port: backendPort }: Sharing<unknown>) {
  const folder = await mkdtemp(join(tmpdir(), 'wirekeeper-haproxy-'));
  const port = await freePort();
  const configuration = join(folder, 'haproxy.cfg');
  await writeFile(
    configuration,
    `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout tunnel 75s
frontend public
  bind 127.0.0.1:${port}
  default_backend live
backend live
  server live-1 127.0.0.1:${backendPort} proto h2 ws h2
`,
  );
  const program = spawn(HAPROXY, ['-db', '-f', configuration], { stdio: 'ignore' });
  const ended = new Promise((resolve) => program.once('exit', resolve));
  return {
    port,
    async [Symbol.asyncDispose]() {
      program.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

describe.skipIf(!isInstalled)('haproxy that speaks HTTP/2 to the service', () => {
  test('turns an upgrade into a stream: messages, compression, and Close codes pass', async () => {
    await using shared = await plainHttp2();
    shared.server.on('request', (_request, response) => response.end('a page'));
    await using supervisor = createSupervisor();
    const requests: ConnectionRequest[] = [];
    await supervisor.listen({
      server: shared.server,
      perMessageDeflate: true,
      handler: async (connection) => {
        requests.push(connection.request);
        for await (const frame of connection) connection.send(frame);
      },
    });
    await using proxy = await inFrontOf(shared);
    await expect
      .poll(() => fetch(`http://127.0.0.1:${proxy.port}/`).then((response) => response.text(), String), {
        timeout: 10_000,
      })
      .toBe('a page');
    const client = await connect(`ws://127.0.0.1:${proxy.port}/live`, { perMessageDeflate: true });
    const texts = Array.from({ length: 100 }, (_, index) => `message ${index} `.repeat(500));
    for (const text of texts) client.send(text);
    for (const text of texts) expect((await client.receive())?.text()).toBe(text);
    expect(requests[0]).toMatchObject({ method: 'CONNECT', path: '/live' });
    client.close(4005, 'done');
    expect(await client.closed).toMatchObject({ wasClean: true, received: { code: 4005, reason: 'done' } });
    expect((await endingsOf(supervisor))[0]).toMatchObject({ code: 4005, wasClean: true, framesIn: 100 });
    await supervisor.terminate();
  });
});

sayMissing(isInstalled ? undefined : 'haproxy is not installed: run scripts/install-peers.sh haproxy');
