import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ping } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import type { CloseFrame } from '../../src/transport/close-report.js';
import { endingsOf } from '../support/endings.js';
import { UndiciClient, urlOf } from '../support/undici-client.js';

let supervisor: Supervisor;

beforeEach(() => {
  supervisor = createSupervisor();
});
afterEach(() => supervisor.stop());

const echo = async (connection: Connection) => {
  for await (const frame of connection) connection.send(frame);
};

async function serve(options: Partial<ListenOptions> = {}): Promise<string> {
  return urlOf(await supervisor.listen({ port: 0, host: '127.0.0.1', handler: echo, ...options }));
}

/** The next message on one of undici's diagnostics channels. */
function nextOn(channel: string): Promise<unknown> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => {
      unsubscribe(channel, onMessage);
      resolve(message);
    };
    subscribe(channel, onMessage);
  });
}

describe.each([false, true])('with perMessageDeflate %s, undici', (perMessageDeflate) => {
  test('negotiates just that', async () => {
    await using client = await UndiciClient.connect(await serve({ perMessageDeflate }));
    expect(client.socket.extensions.includes('permessage-deflate')).toBe(perMessageDeflate);
  });

  test.each([0, 1, 125, 126, 65_535, 65_536, 1_000_000])('gets %i bytes back, as text and as binary', async (bytes) => {
    await using client = await UndiciClient.connect(await serve({ perMessageDeflate }));
    const text = 'x'.repeat(bytes);
    const binary = Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 31) % 251));
    client.socket.send(text);
    client.socket.send(binary);
    expect(await client.next()).toBe(text);
    expect(binary.equals((await client.next()) as Buffer)).toBe(true);
  });

  test('gets many messages in order', async () => {
    await using client = await UndiciClient.connect(await serve({ perMessageDeflate }));
    const messages = Array.from({ length: 200 }, (_, i) => `${i} `.repeat(i * 10));
    for (const message of messages) client.socket.send(message);
    for (const message of messages) expect(await client.next()).toBe(message);
  });
});

test.each<[args: [code?: number, reason?: string], expected: CloseFrame]>([
  // sent by undici      seen by us
  [[1000, 'done'], { code: 1000, reason: 'done' }],
  [[3000, ''], { code: 3000, reason: '' }],
  [[4999, 'ünïcode'], { code: 4999, reason: 'ünïcode' }],
  [[], { code: 1005, reason: '' }],
])('a Close %j of undici is reported as %j', async (args, expected) => {
  const client = await UndiciClient.connect(await serve());
  client.socket.close(...args);
  expect(await client.closed).toMatchObject({ wasClean: true });
  expect(await endingsOf(supervisor)).toMatchObject([
    { ...expected, outcome: 'closed', startedBy: 'peer', trigger: 'peer-closed', received: expected },
  ]);
});

test.each([
  [1000, ''],
  [1001, 'going away'],
  [1012, 'restart'],
  [3000, 'ünïcode'],
  [4999, 'x'.repeat(123)],
] as const)('undici sees our Close %i with its reason', async (code, reason) => {
  const client = await UndiciClient.connect(await serve({ handler: () => ({ code, reason }) }));
  expect(await client.closed).toMatchObject({ code, reason, wasClean: true });
  expect(await endingsOf(supervisor)).toMatchObject([
    { code, reason, outcome: 'closed', startedBy: 'local', wasClean: true, sent: { code, reason } },
  ]);
});

test('undici sees a connection that is terminated as 1006', async () => {
  const client = await UndiciClient.connect(await serve({ handler: (connection) => connection.terminate() }));
  expect(await client.closed).toMatchObject({ code: 1006, wasClean: false });
});

test("undici's Pings are answered with their payload", async () => {
  await using client = await UndiciClient.connect(await serve());
  const pong = nextOn('undici:websocket:pong');
  ping(client.socket, Buffer.from('are you there'));
  expect(String(((await pong) as { payload: Buffer }).payload)).toBe('are you there');
});

test('undici answers our Pings, so a quiet connection lives', async () => {
  const pinged = nextOn('undici:websocket:ping');
  await using client = await UndiciClient.connect(await serve({ liveness: { pingEveryMs: 20, answerWithinMs: 100 } }));
  await pinged;
  // The next Ping is sent only after the answer to the last one was found to be in time.
  await nextOn('undici:websocket:ping');
  client.socket.send('still here');
  expect(await client.next()).toBe('still here');
});

test('undici agrees on a subprotocol', async () => {
  await using client = await UndiciClient.connect(await serve({ protocols: ['v2', 'v1'] }), {
    protocols: ['v1', 'v2'],
  });
  expect(client.socket.protocol).toBe('v2');
});
