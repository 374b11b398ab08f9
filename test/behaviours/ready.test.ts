/** A service that wants a login first: what is sent before it is punished. */
import { expect, onTestFinished, test } from 'vitest';
import { type Connection, createSupervisor, type DialOptions } from '../../src/index.js';

/** Closes with 4003 when anything but a login comes first, and with 4001 on a wrong one. */
async function theService() {
  const supervisor = createSupervisor({ name: 'service' });
  onTestFinished(() => supervisor.stop().then(() => {}));
  const said: string[] = [];
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    handler: async (connection) => {
      connection.send('who are you?');
      const first = (await connection.receive())?.text();
      if (first === undefined) return;
      if (!first.startsWith('login ')) return { code: 4003, reason: 'not logged in' };
      if (first === 'login wrong') return { code: 4001, reason: 'wrong' };
      connection.send('welcome');
      for await (const frame of connection) said.push(frame.text());
      return;
    },
  });
  return { url: `ws://127.0.0.1:${listener.address?.port}/`, said };
}

async function logIn(connection: Connection, name = 'me'): Promise<unknown> {
  expect((await connection.receive())?.text()).toBe('who are you?');
  connection.send(`login ${name}`);
  if ((await connection.receive())?.text() !== 'welcome') return connection.closed;
  connection.ready();
  return connection.closed;
}

function dial(url: string, options: Partial<DialOptions>) {
  const supervisor = createSupervisor({ name: 'client' });
  onTestFinished(() => supervisor.stop().then(() => {}));
  const feed = supervisor.dial({ url, retry: () => 'stop', ...options });
  return { supervisor, feed };
}

/** Sends as soon as there is a connection, as a program does that only knows its dialer. */
async function sendOnce(feed: ReturnType<typeof dial>['feed'], text: string): Promise<void> {
  for await (const status of feed.status()) {
    if (feed.send(text) === 'taken' || status.type === 'stopped') return;
  }
}

test('with ready: handler, what a program sends comes behind the login', async () => {
  const { url, said } = await theService();
  const { feed } = dial(url, { ready: 'handler', handler: async (connection) => void (await logIn(connection)) });
  await sendOnce(feed, 'subscribe');
  await feed.connected();
  expect(feed.send('more')).toBe('taken');
  await expect.poll(() => said).toEqual(['subscribe', 'more']);
});

test('without it, the same program is punished', async () => {
  const { url } = await theService();
  const { feed } = dial(url, { handler: async (connection) => void (await logIn(connection)) });
  await sendOnce(feed, 'subscribe');
  expect(await feed.ended).toMatchObject({ report: { trigger: 'peer-closed', code: 4003 } });
});

test('a login that fails never counts as connected', async () => {
  const { url } = await theService();
  const { feed } = dial(url, {
    ready: 'handler',
    handler: async (connection) => void (await logIn(connection, 'wrong')),
  });
  await expect(feed.connected()).rejects.toMatchObject({ code: 'WIREKEEPER_ENDED' });
  expect(await feed.ended).toMatchObject({ report: { trigger: 'peer-closed', code: 4001 } });
});

test('a service that answers no login is left after readyWithinMs, with a report of its own', async () => {
  const silent = createSupervisor();
  onTestFinished(() => silent.stop().then(() => {}));
  const listener = await silent.listen({ port: 0, host: '127.0.0.1', handler: (connection) => connection.closed });
  const { feed } = dial(`ws://127.0.0.1:${listener.address?.port}/`, {
    ready: 'handler',
    limits: { readyWithinMs: 50 },
    handler: async (connection) => {
      await connection.receive();
    },
  });
  expect(await feed.ended).toMatchObject({ report: { trigger: 'ready-deadline', code: 3008, wasClean: true } });
});
