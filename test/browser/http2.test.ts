import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionRequest } from '../../src/supervisor/api/connection-request.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { endingsOf } from '../support/endings.js';
import { secureHttp2 } from '../support/http2-client.js';
import { hasBrowser, launch, whatIsMissing } from './chromium.js';

const MESSAGES = 1_000;

/** What an event `close` says. */
interface Ended {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** Runs in the page: sends messages of some 2 kB that can be compressed, and reports what came of it. */
async function exchange({ url, count }: { url: string; count: number }) {
  const socket = new WebSocket(url, ['chat']);
  const sent = Array.from({ length: count }, (_, index) => `message ${index} `.repeat(150));
  const received: string[] = [];
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  await new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      received.push(String(data));
      if (received.length === count) resolve();
    });
    for (const text of sent) socket.send(text);
  });
  const closed = new Promise<Ended>((resolve) => socket.addEventListener('close', resolve, { once: true }));
  socket.close(4001, 'done');
  const { code, reason, wasClean } = await closed;
  const { protocol, extensions } = socket;
  return { isSame: received.join() === sent.join(), code, reason, wasClean, protocol, extensions };
}

describe.skipIf(!hasBrowser)("Chromium's WebSocket within HTTP/2", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  }, 60_000);

  afterAll(() => browser.close());

  /** A server of both versions with a page, and where the page runs. */
  async function aScene() {
    const shared = await secureHttp2({ settings: { enableConnectProtocol: true } });
    let connectionsBelow = 0;
    shared.server.on('session', () => {
      connectionsBelow += 1;
    });
    shared.server.on('request', (_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>a page</title>');
    });
    const supervisor = createSupervisor();
    const requests: ConnectionRequest[] = [];
    await supervisor.listen({
      server: shared.server,
      path: '/live',
      protocols: ['chat'],
      perMessageDeflate: true,
      handler: async (connection) => {
        requests.push(connection.request);
        for await (const frame of connection) connection.send(frame);
      },
    });
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(shared.url);
    return {
      ...shared,
      supervisor,
      requests,
      page,
      connectionsBelow: () => connectionsBelow,
      async [Symbol.asyncDispose]() {
        await context.close();
        await supervisor.terminate();
        await shared[Symbol.asyncDispose]();
      },
    };
  }

  test(`echoes ${MESSAGES} messages with compression over one connection, and closes cleanly`, async () => {
    await using scene = await aScene();
    const url = `${scene.url.replace('https:', 'wss:')}/live`;
    expect(await scene.page.evaluate(exchange, { url, count: MESSAGES })).toEqual({
      isSame: true,
      code: 4001,
      reason: 'done',
      wasClean: true,
      protocol: 'chat',
      extensions: expect.stringContaining('permessage-deflate'),
    });
    // The page's own connection, and no upgrade.
    expect(scene.connectionsBelow()).toBe(1);
    expect(scene.requests[0]).toMatchObject({ method: 'CONNECT', path: '/live', isSecure: true });
    expect(scene.requests[0]?.header('origin')).toBe(scene.url);
    expect((await endingsOf(scene.supervisor))[0]).toMatchObject({
      outcome: 'closed',
      code: 4001,
      reason: 'done',
      sent: { code: 4001, reason: 'done' },
      received: { code: 4001, reason: 'done' },
      wasClean: true,
      startedBy: 'peer',
      trigger: 'peer-closed',
      role: 'accepted',
      remoteAddress: '127.0.0.1',
      framesIn: MESSAGES,
      framesOut: MESSAGES,
      unconfirmed: { frames: 0, bytes: 0 },
    });
  });

  test('hears of the code with which it is closed, and of a refusal', async () => {
    await using scene = await aScene();
    const outcome = (path: string) =>
      scene.page.evaluate(
        (url) => {
          const socket = new WebSocket(url);
          return new Promise<{ code: number; wasClean: boolean }>((resolve) => {
            socket.addEventListener('close', ({ code, wasClean }) => resolve({ code, wasClean }));
          });
        },
        `${scene.url.replace('https:', 'wss:')}${path}`,
      );
    expect(await outcome('/other')).toEqual({ code: 1006, wasClean: false });
    const closed = outcome('/live');
    await expect.poll(() => scene.supervisor.connections.size).toBe(1);
    for (const connection of scene.supervisor.connections.values()) connection.close(4002, 'enough');
    expect(await closed).toEqual({ code: 4002, wasClean: true });
    expect((await endingsOf(scene.supervisor))[0]).toMatchObject({ trigger: 'close-called', wasClean: true });
  });
});

if (!hasBrowser) whatIsMissing();
