/** Settings of the socket beneath a dial: names, families, addresses, and sockets of this machine. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect, createSupervisor, type DialOptions, OptionError } from '../../src/index.js';

type Tcp = NonNullable<DialOptions['tcp']>;

/** A service that sends the address of its client. */
async function service(host: string) {
  const supervisor = createSupervisor();
  onTestFinished(() => supervisor.stop().then(() => {}));
  const handler: Parameters<typeof supervisor.listen>[0]['handler'] = async (connection) => {
    connection.send(String(connection.remoteAddress));
    await connection.closed;
  };
  const listener = await supervisor.listen({ port: 0, host, handler });
  return listener.address?.port ?? 0;
}

async function addressSeen(url: string, tcp: Tcp): Promise<string | undefined> {
  await using connection = await connect(url, { tcp });
  return (await connection.receive())?.text();
}

test('localAddress is where the dial comes from', async () => {
  const port = await service('127.0.0.1');
  expect(await addressSeen(`ws://127.0.0.1:${port}/`, { localAddress: '127.0.0.7' })).toBe('127.0.0.7');
});

test('lookup finds the server, and is asked for the family', async () => {
  const port = await service('127.0.0.1');
  const asked: unknown[] = [];
  const lookup: Tcp['lookup'] = (host, { family, all }, done) => {
    asked.push(`${host} ${family}`);
    if (all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(null, '127.0.0.1', 4);
  };
  expect(await addressSeen(`ws://somewhere.test:${port}/`, { lookup, family: 4 })).toBe('127.0.0.1');
  expect(asked).toEqual(['somewhere.test 4']);
});

test('a host of several addresses is reached at the one where somebody listens', async () => {
  const port = await service('127.0.0.1');
  const addresses = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ];
  const lookup: Tcp['lookup'] = (_host, _options, done) => done(null, addresses);
  const tcp = { lookup, autoSelectFamilyAttemptTimeoutMs: 500 };
  expect(await addressSeen(`ws://somewhere.test:${port}/`, tcp)).toBe('127.0.0.1');
  await expect(addressSeen(`ws://somewhere.test:${port}/`, { ...tcp, family: 6 })).rejects.toMatchObject({
    report: { trigger: 'dial-failed' },
  });
});

test('a ws+unix: URL leads to a socket of this machine, with a path behind the second colon', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wirekeeper-'));
  const path = join(folder, 'service.sock');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const supervisor = createSupervisor();
  onTestFinished(async () => {
    await supervisor.stop();
    server.close();
    await rm(folder, { recursive: true });
  });
  await supervisor.listen({
    server,
    path: '/rooms/:name',
    origins: () => true,
    handler: async (connection) => {
      connection.send(`${connection.request.params.name} ${connection.request.url}`);
      await connection.closed;
    },
  });
  await using connection = await connect(`ws+unix:${path}:/rooms/tea?milk`, { headers: { host: 'localhost' } });
  expect((await connection.receive())?.text()).toBe('tea /rooms/tea?milk');
  await expect(connect(`ws+unix:${path}.none:/`)).rejects.toMatchObject({
    report: { trigger: 'dial-failed', cause: { code: 'ENOENT' } },
  });
});

test.each(['ws+unix://tmp/a.sock:/', 'ws+unix:', 'ws+unix:/', 'ws+unix:/tmp/a.sock:rooms', 'ws+unix:tmp/a.sock:/'])(
  '%s is refused at the call',
  (url) => {
    expect(() => createSupervisor().dial({ url })).toThrow(OptionError);
    expect(() => createSupervisor().dial({ url })).toThrow('it must be ws+unix:/path/of/socket, or');
  },
);
