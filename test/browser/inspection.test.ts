/**
 * Inspection in a browser. `@statelyai/inspect` ships no inspector of its own: its pages have that of stately.ai in a
 * frame. Here another page is in the frame, which has the package's own receiver for such pages.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { createWebSocketInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import { createInspectorServer } from '@statelyai/inspect/server';
import type { Browser, Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createSupervisor, type Supervisor } from '../../src/index.js';
import { inspect, serveInspection } from '../../src/inspect/index.js';
import { hasBrowser, launch, whatIsMissing } from './chromium.js';

if (!hasBrowser) whatIsMissing();

const WITHIN_MS = 60_000;
const RECEIVER = 'virtual:receiver';

/** A page that keeps what the package's receiver for pages in a frame gets. */
const SOURCE = `
import { createBrowserReceiver } from '@statelyai/inspect';
window.received = [];
createBrowserReceiver().subscribe((event) => window.received.push(event));
`;

async function receiverPage(): Promise<string> {
  const bundle = await rolldown({
    input: RECEIVER,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'receiver',
        resolveId: (id) => (id === RECEIVER ? id : undefined),
        load: (id) => (id === RECEIVER ? SOURCE : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
  return `<!doctype html><title>receiver</title><script type="module">${output[0].code.replaceAll('</script', '<\\/script')}</script>`;
}

/** Serves one page on loopback. */
async function serving(html: string): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** The package's relay listens on every interface; here on loopback, on a free port. */
async function aRelay(inspectorUrl: string) {
  const { server: placeholder, url } = await serving('');
  const port = Number(new URL(url).port);
  placeholder.close();
  await once(placeholder, 'close');
  const { listen } = NetServer.prototype;
  let listening: Promise<unknown> = Promise.resolve();
  const spy = vi.spyOn(NetServer.prototype, 'listen').mockImplementation(function (this: NetServer) {
    listening = once(this, 'listening');
    return listen.call(this, { port, host: '127.0.0.1' });
  });
  const relay = createInspectorServer({ port, url: inspectorUrl, autoOpen: false });
  spy.mockRestore();
  await listening;
  return { relay, port };
}

describe.runIf(hasBrowser)('inspection in a browser', { timeout: WITHIN_MS }, () => {
  let browser: Browser;
  let receiver: { readonly server: Server; readonly url: string };
  const cleanups: (() => unknown)[] = [];

  beforeAll(async () => {
    browser = await launch();
    receiver = await serving(await receiverPage());
  }, WITHIN_MS);
  afterAll(async () => {
    await browser.close();
    receiver.server.closeAllConnections();
    receiver.server.close();
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** A service with an echo, and a connection to it. */
  async function aService(): Promise<Supervisor> {
    const supervisor = createSupervisor({ name: 'service' });
    cleanups.push(() => supervisor.stop());
    const listener = await supervisor.listen({ id: 'echo', port: 0, handler: (connection) => connection.closed });
    const url = `ws://127.0.0.1:${listener.address?.port}/`;
    await supervisor.dial({ id: 'feed', url, handler: (connection) => connection.closed }).connected();
    return supervisor;
  }

  async function opened(url: string): Promise<{ readonly page: Page; readonly problems: string[] }> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('favicon')) problems.push(message.text());
    });
    await page.goto(url);
    cleanups.push(() => page.close());
    return { page, problems };
  }

  /** What the receiver in the page's frame has got, once it has the whole service. */
  async function receivedIn(page: Page, count: number): Promise<StatelyInspectionEvent[]> {
    const frame = page.frames().find((one) => one.url() === receiver.url);
    if (frame === undefined) throw new Error('no frame has the receiver');
    const isThere = `window.received.filter(({ type }) => type === '@xstate.actor').length >= ${count}`;
    await frame.waitForFunction(isThere);
    return frame.evaluate('window.received');
  }

  /** Checks the present, then the end of a connection. */
  async function seesTheService(page: Page, supervisor: Supervisor): Promise<void> {
    const names = (await receivedIn(page, 5)).flatMap((message) =>
      message.type === '@xstate.actor' ? [message.name] : [],
    );
    expect(names.slice(0, 3)).toEqual(['service', 'echo', 'feed']);
    for (const connection of supervisor.connections.values()) connection.close(4001, 's3cret');
    const frame = page.frames().find((one) => one.url() === receiver.url);
    await frame?.waitForFunction(`window.received.some(({ snapshot }) => snapshot?.status === 'done')`);
    expect(JSON.stringify(await receivedIn(page, 5))).not.toContain('s3cret');
  }

  test("the server's own page passes everything on to the inspector in its frame", async () => {
    const supervisor = await aService();
    const server = await serveInspection(supervisor, {
      port: 0,
      token: 's3cret-token-of-16',
      inspectorUrl: receiver.url,
    });
    cleanups.push(() => server.stop());
    const { page, problems } = await opened(`${server.url?.replace('ws:', 'http:')}?token=s3cret-token-of-16`);
    await seesTheService(page, supervisor);
    await page.getByText('Attached.').waitFor();
    await server.stop();
    await page.getByText('The connection has ended with 1001.').waitFor();
    expect(problems).toEqual([]);
  });

  test('the page of the package itself, unchanged, shows a service that is served by us', async () => {
    const { relay, port } = await aRelay(receiver.url);
    const html = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    relay.stop();
    const theirs = await serving(html);
    cleanups.push(() => {
      theirs.server.closeAllConnections();
      theirs.server.close();
    });
    const supervisor = await aService();
    const server = await serveInspection(supervisor, { port, origins: [theirs.url.replace(/\/$/, '')] });
    cleanups.push(() => server.stop());
    const { page, problems } = await opened(theirs.url);
    await seesTheService(page, supervisor);
    expect(problems).toEqual([]);
  });

  test("our events pass through the package's inspector, its relay, and its page", async () => {
    const { relay, port } = await aRelay(receiver.url);
    cleanups.push(() => relay.stop());
    const supervisor = await aService();
    const inspector = createWebSocketInspector({ url: `ws://127.0.0.1:${port}` });
    cleanups.push(() => inspector.stop());
    inspect(supervisor, inspector);
    const { page, problems } = await opened(`http://localhost:${port}/`);
    await seesTheService(page, supervisor);
    expect(problems).toEqual([]);
  });
});
