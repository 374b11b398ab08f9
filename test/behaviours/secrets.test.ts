/**
 * What is secret in a dial (user name and password, the query, header fields, a passphrase) stands in nothing that is
 * printed.
 */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Connection,
  createSupervisor,
  type DialOptions,
  explain,
  rotateUrls,
  type Supervisor,
  type SupervisorEvent,
} from '../../src/index.js';
import { BytePeer, ByteServer, requestBytes } from '../support/byte-peer.js';
import { eventually } from '../support/eventually.js';

const SECRET = /s3cret/;
const HEADERS = { authorization: 'Bearer s3cret', cookie: 'id=s3cret' };
const BACKOFF = { initialMs: 1, firstWithinMs: 0, maxMs: 1 };

const warnings: string[] = [];
const onWarning = (warning: Error) => warnings.push(inspect(warning));
beforeAll(() => process.on('warning', onWarning));
afterAll(() => {
  process.off('warning', onWarning);
});

/** Everything that may be printed of a value: an error or a dialer in a log, a snapshot as JSON. */
function printed(value: unknown): string {
  return [
    inspect(value),
    inspect(value, { depth: null, maxStringLength: null }),
    String(value),
    JSON.stringify(value) ?? '',
  ].join('\n');
}

const secretUrl = (port: number) => `ws://s3cretName:s3cret@127.0.0.1:${port}/feed?token=s3cret`;

/** Dials a server in a supervisor of its own; all that is printed of it, once something has come of the dial. */
async function dialed(
  options: Omit<DialOptions, 'handler'>,
  until: (supervisor: Supervisor) => boolean,
): Promise<string> {
  const supervisor = createSupervisor();
  const events: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => events.push(event));
  const dialer = supervisor.dial({
    backoff: BACKOFF,
    headers: HEADERS,
    ...options,
    handler: (connection: Connection) => connection.closed,
  });
  await eventually(() => until(supervisor), 'what comes of the dial');
  const { connection } = dialer;
  const seen = [
    dialer,
    supervisor,
    connection,
    connection?.toJSON(),
    supervisor.stats(),
    supervisor.whichChildren(),
  ].map(printed);
  await supervisor.stop();
  const ended = [...events, ...supervisor.endings, await dialer.ended, await supervisor.ended].map(printed);
  return [...seen, ...ended, ...supervisor.endings.map(explain)].join('\n');
}

const hasEnded = ({ endings }: Supervisor) => endings.length > 1;
const isUp = ({ connections }: Supervisor) => [...connections.values()].some(({ state }) => state === 'open');

describe('nothing secret is printed of', () => {
  test('a dialer that is up', async () => {
    await using server = createSupervisor();
    const { address } = await server.listen({ port: 0, host: '127.0.0.1', handler: (connection) => connection.closed });
    const output = await dialed({ url: secretUrl(address?.port ?? 0) }, isUp);
    expect(output).toContain('dialer-1');
    expect(output).not.toMatch(SECRET);
  });

  test.each<[string, string]>([
    ['is refused', 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'],
    ['gets no HTTP', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
    ['gets a 101 that opens nothing', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    [
      'is sent elsewhere',
      'HTTP/1.1 302 Found\r\nLocation: ws://example.com/?token=s3cret\r\nContent-Length: 0\r\n\r\n',
    ],
    ['gets nothing', ''],
  ])('a dialer that %s', async (_what, answer) => {
    await using server = await ByteServer.listen();
    const serving = (async () => {
      for (let n = 0; n < 2; n += 1) (await server.nextClient()).socket.end(answer);
    })();
    const output = await dialed({ url: secretUrl(server.port), retry: () => 'retry' }, hasEnded);
    await serving;
    expect(output).not.toMatch(SECRET);
  });

  test('a dialer that nobody answers', async () => {
    const server = await ByteServer.listen();
    await server[Symbol.asyncDispose]();
    expect(await dialed({ url: secretUrl(server.port) }, hasEnded)).not.toMatch(SECRET);
  });

  test.each([
    ['a URL that is none', () => 'ws://s3cretName:s3cret@exa mple.com/?token=s3cret'],
    ['a URL of HTTP', () => 'http://s3cretName:s3cret@example.com/?token=s3cret'],
    ['a URL with a fragment', () => 'ws://s3cretName:s3cret@example.com/?token=s3cret#id=s3cret'],
    ['a URL that Node resolves to nothing', () => 'ws://s3cretName:s3cret@nowhere.invalid/?token=s3cret'],
  ])('a dialer whose function gives %s', async (_what, url) => {
    expect(await dialed({ url }, hasEnded)).not.toMatch(SECRET);
  });

  test.each([
    ['a text', () => 'authorization: s3cret' as never],
    ['a list of texts', () => ['s3cret'] as never],
    ['a forbidden character', () => ({ authorization: 's3cret\n' })],
    ['a field of the handshake', () => ({ 'sec-websocket-key': 's3cret' })],
  ])('a dialer whose headers are %s', async (_what, headers) => {
    expect(await dialed({ url: 'ws://127.0.0.1:1/', headers }, hasEnded)).not.toMatch(SECRET);
  });
});

describe('nothing secret is in the error for', () => {
  const supervisor = createSupervisor();
  afterAll(() => supervisor.stop());
  const handler = () => {};
  const url = 'ws://example.com/';

  test.each<[string, () => unknown]>([
    ['a URL that is none', () => supervisor.dial({ url: 'ws://s3cretName:s3cret@exa mple.com/', handler })],
    ['a URL without slashes', () => supervisor.dial({ url: 's3cretName:s3cret@example.com', handler })],
    ['a query', () => supervisor.dial({ url: '/feed?token=s3cret', handler })],
    ['one of several URLs', () => rotateUrls([url, 'http://s3cretName:s3cret@example.com/?token=s3cret'])],
    ['a header field', () => supervisor.dial({ url, handler, headers: { authorization: 's3cret\r\n' } })],
    ['header fields as a text', () => supervisor.dial({ url, handler, headers: 'authorization: s3cret' as never })],
    [
      'header fields as pairs',
      () => supervisor.dial({ url, handler, headers: [['authorization', 's3cret', 'more']] as never }),
    ],
    ['a passphrase', () => supervisor.dial({ url, handler, tls: { passphrase: ['s3cret'] as never } })],
    ['a key', () => supervisor.dial({ url, handler, tls: { key: 's3cret' } })],
    ['half a key', () => supervisor.dial({ url, handler, tls: { key: '-----BEGIN PRIVATE KEY-----\ns3cret' } })],
  ])('%s', (_what, call) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect(printed(thrown)).not.toMatch(SECRET);
  });
});

test('nothing secret is in what a client gets when our own code throws', async () => {
  const crash = () => {
    throw new Error('s3cret');
  };
  await using supervisor = createSupervisor({ warnWhenFailed: false });
  const refusing = await supervisor.listen({ port: 0, host: '127.0.0.1', authenticate: crash, handler: () => {} });
  const crashing = await supervisor.listen({ port: 0, host: '127.0.0.1', handler: crash });
  for (const [listener, status] of [
    [refusing, 503],
    [crashing, 101],
  ] as const) {
    await using client = BytePeer.connect(listener.address?.port ?? 0, requestBytes());
    await client.readHead();
    if (status === 101) expect(await client.closed()).toBe(1011);
    client.socket.end();
    await client.ended();
    expect(client.head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(client.head + client.bytes.toString()).not.toMatch(SECRET);
  }
});

test('nothing secret is in a warning', () => {
  expect(warnings.join('\n')).not.toMatch(SECRET);
});
