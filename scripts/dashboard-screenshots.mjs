/**
 * Takes the pictures of the dashboard in docs/: `npm run screenshots`. A service with some traffic runs for a minute,
 * and Debian's Chromium looks at it (`scripts/install-peers.sh chromium`).
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const CHROMIUM = '/usr/bin/chromium';
/** For so long there is traffic before the pictures are taken: charts need a past. */
const TRAFFIC_MS = 60_000;
const STEP_MS = 250;
const PAIRS = ['eur-usd', 'eur-gbp', 'usd-jpy', 'usd-chf', 'gbp-usd', 'aud-usd'];
const CLIENTS = 120;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
await install('test/browser');
const { chromium } = createRequire(join(root, 'test/browser/package.json'))('playwright-core');
const { connect, createSupervisor, refuse } = await import('../dist/index.js');
const { createDashboard } = await import('../dist/inspect/dashboard/index.js');
const { createRecorder } = await import('../dist/inspect/index.js');

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A market: clients ask for prices, and two venues send them. */
async function aMarket() {
  const recorder = createRecorder();
  const liveness = { pingEveryMs: 4_000, answerWithinMs: 2_000 };
  const supervisor = createSupervisor({ name: 'market', recorder, liveness, warnWhenFailed: false });
  const dashboard = createDashboard(supervisor, { recorder, actions: true });
  const server = createServer((request, response) => {
    if (!dashboard.handle(request, response)) response.writeHead(404).end();
  });
  server.on('upgrade', (request, socket, head) => void dashboard.handleUpgrade(request, socket, head));
  await supervisor.listen({
    id: 'quotes',
    server,
    path: ['/quotes/:pair', '/venue/:name', '/members'],
    authenticate: ({ path }) => (path === '/members' ? refuse(401) : { data: undefined }),
    handler: async (connection) => {
      for await (const frame of connection) {
        if (frame.text() === 'nonsense') throw new RangeError('no such order');
        connection.send(`{"asked":${frame.text()},"bid":${Math.random().toFixed(5)}}`);
      }
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const venue = (id) => ({
    id,
    start: (child) =>
      child.dial({ url: `ws://127.0.0.1:${port}/venue/${id}`, restart: 'permanent', handler: ({ closed }) => closed }),
  });
  await supervisor.supervise({ id: 'venues', strategy: 'one_for_all', children: [venue('frankfurt'), venue('tokyo')] });
  supervisor.dial({ id: 'settlement', url: 'ws://127.0.0.1:1/', handler: ({ closed }) => closed });
  return { supervisor, dashboard, server, port };
}

/** Clients that come, ask, and leave in every way there is, until they are to stop. */
async function traffic(port, clients, signal) {
  const come = (index) =>
    connect(`ws://127.0.0.1:${port}/quotes/${PAIRS[index % PAIRS.length]}`, { supervisor: clients, liveness: false });
  const present = await Promise.all(Array.from({ length: CLIENTS / 2 }, (_, index) => come(index)));
  const endings = [
    (client) => client.close(4001, 'enough'),
    (client) => client.terminate(),
    (client) => client.close(),
    (client) => client.send('nonsense'),
  ];
  for (let step = 0; !signal.aborted; step += 1) {
    for (const client of present) if (Math.random() < 0.3) client.send(String(step));
    if (present.length < CLIENTS) present.push(await come(step));
    if (step % 3 === 0) endings[(step / 3) % endings.length](present.splice(step % present.length, 1)[0]);
    if (step % 20 === 0) await connect(`ws://127.0.0.1:${port}/members`, { supervisor: clients }).catch(() => {});
    await pause(STEP_MS);
  }
}

/** One picture of the page. */
async function take(browser, url, name, ready, { colorScheme = 'light', width = 1280, height = 800 } = {}) {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator(ready).first().waitFor();
  // The next second has come: everything that is drawn once a second is there.
  await page.waitForTimeout(1_500);
  const path = join(root, `docs/dashboard-${name}.png`);
  await page.screenshot({ path });
  await context.close();
  console.log(path);
}

const { supervisor, dashboard, server, port } = await aMarket();
const clients = createSupervisor({ name: 'clients', liveness: false, warnWhenFailed: false });
const page = `http://127.0.0.1:${port}/_wirekeeper/`;
const stop = new AbortController();
const busy = traffic(port, clients, stop.signal);
await pause(TRAFFIC_MS);
const ended = supervisor.endings.findLast(({ trigger, role }) => trigger === 'handler-threw' && role === 'accepted');
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
await take(browser, `${page}#/connection/${ended.connectionId}`, 'connection', '.explanation', { colorScheme: 'dark' });
await take(browser, `${page}#/connections?search=eur&sort=-framesIn`, 'connections', '.grid .of-id a', { height: 600 });
await take(browser, page, 'phone', '.panel.machines svg', { width: 390, height: 844 });
await take(browser, page, 'overview', '.charts canvas', { width: 1180, height: 950 });
await browser.close();
stop.abort();
await busy;
await clients.stop();
await supervisor.stop();
await dashboard.close();
server.closeAllConnections();
server.close();
