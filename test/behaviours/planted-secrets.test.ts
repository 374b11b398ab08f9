/**
 * Secrets are planted wherever a program or a peer can put one, in a service over real sockets with every observer
 * attached, and looked for in all that the observers say, in whatever form they may stand there.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { inspect as printed } from 'node:util';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { HttpsProxyAgent } from 'https-proxy-agent';
import pino from 'pino';
import { Registry } from 'prom-client';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  createSupervisor,
  type Dialer,
  explain,
  refuse,
  type Supervisor,
  type SupervisorEvent,
} from '../../src/index.js';
import {
  createRecorder,
  eventLine,
  inspect,
  logEntryOf,
  logEvents,
  replay,
  serveInspection,
  textLine,
} from '../../src/inspect/index.js';
import { collectMetrics } from '../../src/inspect/metrics/index.js';
import { traceConnections } from '../../src/inspect/opentelemetry/index.js';
import { ByteServer } from '../support/byte-peer.js';
import { mounted, type TestViewer, view } from '../support/dashboard-scene.js';
import { eventually } from '../support/eventually.js';
import { HttpProxy } from '../support/http-proxy.js';
import { found, type Plant, plant } from '../support/plants.js';
import { SocksProxy } from '../support/socks-proxy.js';

/** Where only a program that must have it may read it. */
const HIDDEN = {
  user: plant('user of a URL'),
  password: plant('password of a URL'),
  query: plant('query of a URL'),
  authorization: plant('field authorization'),
  cookie: plant('field cookie'),
  custom: plant('field of another name'),
  text: plant('text frame'),
  binary: plant('binary frame'),
  data: plant('what authenticate found out'),
  realm: plant('field of a refusal'),
  body: plant('body of a refusal'),
  location: plant('field location'),
  proxyUser: plant('user of a proxy'),
  proxyPassword: plant('password of a proxy'),
  proxyPage: plant('page of a proxy'),
  token: plant('token of the inspection'),
} as const;

/** A subprotocol that is a credential, as browsers can send no other header field. */
const PROTOCOL = plant('protocol');

/**
 * What a program or a peer says in words: reports and events have it, and logs show what does not look like a secret,
 * but for the reasons of Close frames.
 */
const SAID = {
  peerReason: plant('peer: close reason'),
  ownReason: plant('own close reason'),
  returnedReason: plant('returned close reason'),
  redialReason: plant('redial reason'),
  drainReason: plant('drain reason'),
  thrown: plant('error message'),
  cause: plant('cause of an error'),
  textThrown: plant('thrown text'),
  objectThrown: plant('thrown object'),
  authenticateThrown: plant('thrown by authenticate'),
  urlThrown: plant('thrown by url'),
  code: plant('code of an error'),
  frameThrown: plant('frame in a thrown object'),
} as const;

/** The same, where the words say that it is a secret. */
const TOLD = Object.fromEntries(
  Object.entries(SAID).map(([key, { place }]) => [key, plant(`told ${place}`)]),
) as Readonly<Record<keyof typeof SAID, Plant>>;

const hidden = Object.values(HIDDEN);
const said = Object.values(SAID);
const told = Object.values(TOLD);
const { peerReason, ownReason, returnedReason, redialReason, drainReason } = SAID;
const reasons = [peerReason, ownReason, returnedReason, redialReason, drainReason];
const all = [...hidden, PROTOCOL, ...said, ...told];

/** Words with a secret that stands alone, and one behind a word for secrets. */
const words = (key: keyof typeof SAID) => `${SAID[key].secret} token=${TOLD[key].secret}`;

const protocol = `bearer.${PROTOCOL.secret}`;
const headers = {
  authorization: `Bearer ${HIDDEN.authorization.secret}`,
  cookie: `id=${HIDDEN.cookie.secret}`,
  'x-custom': HIDDEN.custom.secret,
};
const urlTo = (port: number | undefined, path: string) =>
  `ws://${HIDDEN.user.secret}:${HIDDEN.password.secret}@127.0.0.1:${port}${path}?token=${HIDDEN.query.secret}`;

const PATHS = ['/echo', '/throws', '/throws-text', '/throws-object', '/returns', '/closes', '/stays'];

/** What each kind of observer has said, in the end. */
const output = new Map<string, string>();
let service: Supervisor;

function add(kind: string, text: string): void {
  output.set(kind, `${output.get(kind) ?? ''}${text}\n`);
}

/** A value in all the ways in which it is commonly written. */
function addPrinted(kind: string, value: unknown): void {
  add(kind, JSON.stringify(value) ?? '');
  add(kind, printed(value, { depth: 8, maxStringLength: null, maxArrayLength: null }));
}

/** Keeps each event of the channels, under the name of its event. */
function followChannels(types: ReadonlySet<string>): () => void {
  const onMessage = (message: unknown) => addPrinted('channels', (message as { readonly event: unknown }).event);
  const names = [...types].map((type) => `wirekeeper:${type.replace('.', ':')}`);
  for (const name of names) subscribe(name, onMessage);
  return () => {
    for (const name of names) unsubscribe(name, onMessage);
  };
}

const CHANNELS = new Set([
  ...['listener.started', 'handshake.refused', 'connection.opened', 'connection.ended', 'dialer.status'],
  ...['dialer.judged', 'child.started', 'child.exited', 'child.forgotten', 'drain.started', 'drain.ended'],
  ...['supervisor.stopping', 'supervisor.stopped'],
]);

async function listening(supervisor: Supervisor) {
  return supervisor.listen({
    id: 'door',
    port: 0,
    host: '127.0.0.1',
    path: [...PATHS, '/refused', '/fails'],
    protocols: [protocol],
    authenticate: ({ path }) => {
      if (path === '/fails') throw new Error(words('authenticateThrown'));
      if (path === '/refused') {
        const realm = { 'www-authenticate': `Bearer realm="${HIDDEN.realm.secret}"` };
        return refuse(401, { headers: realm, body: HIDDEN.body.secret });
      }
      return { data: { apiKey: HIDDEN.data.secret } };
    },
    handler: async (connection) => {
      const { path } = connection.request;
      for await (const frame of connection) {
        connection.send(frame);
        switch (path) {
          case '/throws': {
            const cause = new Error(words('cause'));
            const error = new TypeError(words('thrown'), { cause });
            throw Object.assign(error, { code: words('code'), said: words('frameThrown') });
          }
          case '/throws-text': {
            const thrown: unknown = words('textThrown');
            throw thrown;
          }
          case '/throws-object': {
            const thrown: unknown = { said: words('objectThrown'), frame: words('frameThrown') };
            throw thrown;
          }
          case '/returns':
            return { code: 4002, reason: words('returnedReason') };
          case '/closes':
            connection.close(4003, words('ownReason'));
        }
      }
      return undefined;
    },
  });
}

/** Attaches everything that can observe, and returns what detaches it and keeps what it has said. */
async function observed(supervisor: Supervisor): Promise<() => Promise<void>> {
  supervisor.events$.subscribe((event: SupervisorEvent) => {
    addPrinted('events', event);
    const entry = logEntryOf(event);
    if (entry === undefined) return;
    add('log of the service', textLine(entry, new Date()));
    add('log of the service as JSON', eventLine(entry, new Date()));
  });
  const console = (kind: string) => {
    const write = (line: string) => add(kind, line);
    return { debug: write, info: write, warn: write, error: write };
  };
  logEvents(supervisor, { console: console('log to a console') });
  logEvents(supervisor, { console: console('log to a console as JSON'), json: true });
  logEvents(supervisor, { pino: pino({ level: 'debug' }, { write: (line: string) => add('log to pino', line) }) });
  const unfollow = followChannels(CHANNELS);
  const registry = new Registry();
  collectMetrics(supervisor, { registry, childLabels: 10 });
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  traceConnections(supervisor, { tracer: provider.getTracer('planted') });
  inspect(supervisor, (event) => {
    add('inspection', JSON.stringify(event));
    add('inspection', printed(event, { depth: 4, maxStringLength: null }));
  });
  const server = await serveInspection(supervisor, { port: 0, token: HIDDEN.token.secret });
  const viewer = new WebSocket(`${server.url}?token=${HIDDEN.token.secret}`);
  viewer.on('message', (message: Buffer) => add('messages of the inspection', message.toString()));
  await once(viewer, 'open');
  return async () => {
    unfollow();
    add('metrics', await registry.metrics());
    for (const { name, attributes, events, status, links, resource } of exporter.getFinishedSpans())
      addPrinted('spans', { name, attributes, events, status, links, resource: resource.attributes });
    viewer.terminate();
    await server.stop();
  };
}

/** Two dashboards with viewers that look at everything, one with a recorder and one without. */
async function looking(supervisor: Supervisor, recorder: ReturnType<typeof createRecorder>) {
  const boards = [
    await mounted(supervisor, { recorder, maxViewers: 100 }),
    await mounted(supervisor, { maxViewers: 100 }),
  ];
  const viewers: TestViewer[] = [];
  const follow = async (connectionIds: Iterable<string>) => {
    for (const { base } of boards) {
      for (const connectionId of connectionIds) {
        const viewer = await view(base, { origin: `http://${base}` });
        viewers.push(viewer);
        viewer.send({ type: 'follow', subject: { machine: 'connection', connectionId } });
        viewer.send({ type: 'look', look: 1, table: 'connections', query: {}, first: 0, count: 100 });
        viewer.send({ type: 'look', look: 2, table: 'endings', query: {}, first: 0, count: 100 });
        await viewer.next('detail');
      }
    }
  };
  return {
    follow,
    /** Looks at the tables again, in another order: otherwise the rows that were found are shown for two seconds. */
    look: async () => {
      for (const viewer of viewers) {
        const sort = { by: 'id', descending: true } as const;
        viewer.send({ type: 'look', look: 3, table: 'connections', query: { sort }, first: 0, count: 100 });
        viewer.send({ type: 'look', look: 4, table: 'endings', query: { sort }, first: 0, count: 100 });
        await viewer.next('rows', ({ look }) => look === 4);
      }
    },
    /** How many rows a search for each secret finds: what cannot be seen cannot be guessed letter by letter either. */
    search: async (secrets: readonly Plant[]) => {
      const finds: string[] = [];
      for (const { base } of boards) {
        const viewer = await view(base, { origin: `http://${base}` });
        for (const [index, { place, secret }] of secrets.entries()) {
          for (const table of ['connections', 'endings'] as const) {
            const look = 10 + 2 * index + (table === 'endings' ? 1 : 0);
            viewer.send({ type: 'look', look, table, query: { search: secret }, first: 0, count: 1 });
            const { total } = await viewer.next('rows', (rows) => rows.look === look);
            if (total > 0) finds.push(`${place} in ${table}`);
          }
        }
        viewer.connection.close();
      }
      return finds;
    },
    download: async (paths: readonly string[]) => {
      for (const { base } of boards) {
        for (const path of paths) {
          const answer = await fetch(`http://${base}/_wirekeeper/${path}`);
          if (answer.status === 200) add('downloads of a dashboard', await answer.text());
        }
      }
    },
    end: async () => {
      for (const viewer of viewers) {
        for (const message of viewer.messages) add(`${message.type} of a dashboard`, JSON.stringify(message));
        viewer.connection.close();
      }
      for (const { dashboard, shared } of boards) {
        await dashboard.close();
        await shared[Symbol.asyncDispose]();
      }
    },
  };
}

let searched: readonly string[] = ['no search was made'];

beforeAll(async () => {
  const recorder = createRecorder();
  service = createSupervisor({ name: 'service', recorder, warnWhenFailed: false });
  const finish = await observed(service);
  const listener = await listening(service);
  const { port } = listener.address ?? {};
  const boards = await looking(service, recorder);

  const clients = PATHS.map((path) => {
    const client = new WebSocket(urlTo(port, path), [protocol], { headers });
    client.on('error', () => {});
    return client;
  });
  await Promise.all(clients.map((client) => once(client, 'open')));
  const dialers = PATHS.map((path) =>
    service.dial({
      id: `dials${path.replace('/', '-')}`,
      url: urlTo(port, path),
      headers,
      protocols: [protocol],
      retry: () => 'stop',
      handler: (connection) => connection.closed,
    }),
  );
  await Promise.all(dialers.map((dialer) => dialer.connected()));
  const ids = [...service.connections.keys()];
  for (const connection of service.connections.values()) {
    addPrinted('what is printed of connections', connection);
    addPrinted('what is printed of connections', connection.request);
  }
  addPrinted('what is printed of connections', [service, listener, ...dialers]);
  await boards.follow(ids);
  searched = await boards.search(all);

  for (const client of clients) client.send(HIDDEN.text.secret);
  for (const dialer of dialers) dialer.send(HIDDEN.text.secret);
  clients[0]?.send(Buffer.from(HIDDEN.binary.secret));
  await once(clients[0] as WebSocket, 'message');
  clients[0]?.close(4001, words('peerReason'));
  dialers[0]?.redial(words('redialReason'));
  const resumed = { overlap: true, url: urlTo(port, '/stays'), code: 4000, reason: words('redialReason') };
  dialers.at(-1)?.redial(resumed);
  await eventually(() => service.endings.length >= 10, 'the first endings');

  // What is refused, on either side, and what fails before a dial.
  const failsOnce = { headers, retry: () => 'stop' as const, restart: 'temporary' as const };
  const failing: Dialer[] = [];
  for (const path of ['/refused', '/fails', '/nowhere']) {
    const client = new WebSocket(urlTo(port, path), [protocol], { headers });
    await once(client, 'error');
    failing.push(service.dial({ ...failsOnce, id: `refused${path.replace('/', '-')}`, url: urlTo(port, path) }));
  }
  await using away = await ByteServer.listen();
  failing.push(service.dial({ ...failsOnce, id: 'redirected', url: urlTo(away.port, '/') }));
  const to = `ws://127.0.0.1/?token=${HIDDEN.location.secret}`;
  (await away.nextClient()).socket.end(`HTTP/1.1 302 Found\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`);
  const url = () => {
    throw new Error(words('urlThrown'));
  };
  failing.push(service.dial({ ...failsOnce, id: 'url-throws', url }));
  failing.push(service.dial({ ...failsOnce, id: 'nobody', url: urlTo(1, '/') }));
  const page = `407 Proxy\r\nX-Page: ${HIDDEN.proxyPage.secret}\r\n\r\n${HIDDEN.proxyPage.secret}`;
  await using proxy = await HttpProxy.listen({ answer: `HTTP/1.1 ${page}` });
  await using socks = await SocksProxy.listen({ credentials: 'another:one' });
  const proxied = `${HIDDEN.proxyUser.secret}:${HIDDEN.proxyPassword.secret}`;
  for (const [scheme, way] of [
    ['http', { proxy: proxy.url(proxied) }],
    ['socks', { proxy: socks.url('socks5', proxied) }],
    ['nobody', { proxy: `http://${proxied}@127.0.0.1:1` }],
    ['http-agent', { agent: new HttpsProxyAgent(proxy.url(proxied)) }],
    ['socks-agent', { agent: new SocksProxyAgent(socks.url('socks5', proxied), { timeout: 300 }) }],
  ] as const)
    failing.push(service.dial({ ...failsOnce, id: `proxy-${scheme}`, url: urlTo(port, '/stays'), ...way }));
  await Promise.all(failing.map(({ ended }) => ended));

  await boards.look();
  searched = [...searched, ...(await boards.search(all))];
  const supervised = encodeURIComponent('service');
  const downloads = [
    ...service.endings.map(({ connectionId }) => `connection/${connectionId}.json`),
    ...ids.map((id) => `connection/${id}.json`),
    `supervisor/${supervised}.json`,
    ...dialers.map(({ id }) => `dialer/${supervised}/${id}.json`),
  ];
  await boards.download(downloads);
  await service.drain({ notReadyFirstMs: 0, finishFirstMs: 0, spreadMs: 0, reason: words('drainReason') });
  await boards.download(downloads);
  for (const report of service.endings) {
    addPrinted('reports', { ...report, timeline: undefined });
    add('reports', explain(report));
    add('timelines of reports', JSON.stringify(report.timeline));
  }
  for (const timeline of recorder.timelines()) {
    add('timelines', JSON.stringify(timeline));
    add('timelines', printed(timeline, { depth: 8, maxStringLength: null }));
    const { report } = replay(JSON.stringify(timeline));
    if (report !== undefined) add('replays', `${explain(report)}\n${JSON.stringify(report)}`);
  }
  await boards.end();
  await finish();
}, 60_000);

afterAll(async () => {
  await service.terminate();
});

describe('nothing that was planted is in', () => {
  test.each([
    // what                           what it does say
    ['timelines', ['"by":"peer"', '"wire.closing"', '"code":4001', '"handler.threw"', '"***']],
    ['timelines of reports', ['"machine":"connection"', '"code":4002']],
    ['replays', ['The peer closed the connection with 4001', 'handler-threw']],
    ['metrics', ['trigger="handler-threw"', 'status="401"', 'child="door"']],
    ['spans', ['websocket accept', 'websocket dial', 'websocket close', '/throws-text', 'handler-threw']],
    ['inspection', ['handler.threw', 'wire.closing', 'awaitingPeer']],
    ['messages of the inspection', ['handler.threw', '@xstate.snapshot']],
    ['overview of a dashboard', ['"door"', '"dials-echo"']],
    ['rows of a dashboard', ['"path":"/echo"', '"trigger":"peer-closed"', '"code":4001']],
    ['detail of a dashboard', ['"presence":"live"', '"presence":"ended"', 'TypeError']],
    ['downloads of a dashboard', ['"machine": "connection"', '"presence": "ended"', '"code": 4003']],
  ])('%s', (kind, expected) => {
    const text = output.get(kind) ?? '';
    expect(expected.filter((one) => !text.includes(one))).toEqual([]);
    expect(found(all, text)).toEqual([]);
  });
});

describe('what does not look like a secret, and nothing else, is in', () => {
  test.each([
    ['log of the service', ['closed', '/throws-text', '4001', 'refused']],
    ['log of the service as JSON', ['"event":"connection.ended"', '"code":4001', '"status":401']],
    ['log to a console', ['closed', '4001', 'refused']],
    ['log to a console as JSON', ['"event":"connection.ended"', '"code":4001']],
    ['log to pino', ['"event":"connection.ended"', '"code":4001', '"level":30']],
  ])('the %s', (kind, expected) => {
    const text = output.get(kind) ?? '';
    expect(expected.filter((one) => !text.includes(one))).toEqual([]);
    expect(found([...hidden, PROTOCOL, ...told, ...reasons], text)).toEqual([]);
    expect(found([SAID.thrown], text)).toHaveLength(1);
  });
});

describe('only what programs and peers have said in words, and subprotocols, is in', () => {
  test.each(['events', 'channels', 'reports', 'what is printed of connections'])('%s', (kind) => {
    const text = output.get(kind) ?? '';
    expect(text.length).toBeGreaterThan(1000);
    expect(found(hidden, text)).toEqual([]);
    const isAbout = kind === 'what is printed of connections' ? PROTOCOL : SAID.peerReason;
    expect(found([isAbout], text)).toHaveLength(1);
  });
});

test('a search of a dashboard finds nothing by what it does not show', () => {
  expect(searched).toEqual([]);
});
