import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { endingsOf } from '../support/endings.js';
import { UndiciClient, urlOf } from '../support/undici-client.js';
import { checkStack } from './checks.js';

checkStack({
  name: "undici's WebSocket",
  missing: undefined,
  roles: ['client'],
  command: [process.execPath, fileURLToPath(new URL('javascript/undici-peer.mjs', import.meta.url))],
  canFragment: false,
  canCloseWithAnyCode: false,
  answerTo: ({ code }) => ({ code, reason: '' }),
});

describe("undici's WebSocket in this process", () => {
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

  test.each([false, true])('with perMessageDeflate %s gets many messages in order', async (perMessageDeflate) => {
    await using client = await UndiciClient.connect(await serve({ perMessageDeflate }));
    const messages = Array.from({ length: 200 }, (_, i) => `${i} `.repeat(i * 10));
    for (const message of messages) client.socket.send(message);
    for (const message of messages) expect(await client.next()).toBe(message);
  });

  test('closes without a code, which is reported as 1005', async () => {
    const client = await UndiciClient.connect(await serve());
    client.socket.close();
    expect(await client.closed).toMatchObject({ wasClean: true });
    const expected = { code: 1005, reason: '' };
    expect(await endingsOf(supervisor)).toMatchObject([
      { ...expected, outcome: 'closed', startedBy: 'peer', trigger: 'peer-closed', received: expected },
    ]);
  });

  test('answers our Pings, so a quiet connection lives', async () => {
    const pinged = nextOn('undici:websocket:ping');
    await using client = await UndiciClient.connect(
      await serve({ liveness: { pingEveryMs: 20, answerWithinMs: 100 } }),
    );
    await pinged;
    // The next Ping is sent only after the answer to the last one was found to be in time.
    await nextOn('undici:websocket:ping');
    client.socket.send('still here');
    expect(await client.next()).toBe('still here');
  });
});
