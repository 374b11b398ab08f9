import { filter, firstValueFrom, map } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeExchange, start } from '../../examples/fake-exchange.js';
import {
  ApiKeyError,
  isExpected,
  MarketDataClient,
  type MarketDataOptions,
  type Tick,
} from '../../examples/market-data-client.js';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { CloseReport } from '../../src/transport/close-report.js';
import { endingsOf } from '../support/endings.js';
import { eventually } from '../support/eventually.js';
import { RawServer } from '../support/raw-peer.js';

/** Redials come at once. */
const IMPATIENT = { initialMs: 1, maxMs: 1, firstWithinMs: 1, stableAfterMs: 0 };

let exchange: FakeExchange;
const clients: MarketDataClient[] = [];

beforeEach(async () => {
  exchange = await start({ port: 0, apiKey: 'key' });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await exchange[Symbol.asyncDispose]();
});

/** A client whose ticks and reports are awaited one by one. */
class Desk {
  readonly client: MarketDataClient;
  readonly reports: CloseReport[] = [];
  readonly #ticks: Tick[] = [];
  #waiting: ((tick: Tick) => void) | undefined;

  constructor(options: Partial<MarketDataOptions> = {}) {
    this.client = new MarketDataClient({
      apiKey: 'key',
      endpoint: exchange.endpoint,
      backoff: IMPATIENT,
      onTick: (tick) => this.#take(tick),
      onClose: (report) => void this.reports.push(report),
      ...options,
    });
    clients.push(this.client);
  }

  readonly nextTick = async (): Promise<Tick> =>
    this.#ticks.shift() ??
    new Promise((resolve) => {
      this.#waiting = resolve;
    });

  #take(tick: Tick): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#ticks.push(tick);
    else waiting(tick);
  }
}

const nextConnection = (): Promise<Connection<unknown>> =>
  firstValueFrom(
    exchange.supervisor.events$.pipe(
      filter((event) => event.type === 'connection.opened'),
      map(({ connection }) => connection),
    ),
  );

test('gets the ticks it has subscribed to, whether before or after it connected', async () => {
  exchange.publish('AAPL', 1);
  exchange.publish('MSFT', 2);
  const { client, nextTick } = new Desk();
  client.subscribe(['AAPL']);
  await client.connect();
  expect(await nextTick()).toEqual({ symbol: 'AAPL', price: 1 });
  client.subscribe(['MSFT']);
  expect(await nextTick()).toEqual({ symbol: 'MSFT', price: 2 });
});

test('gets no more ticks of what it has unsubscribed from', async () => {
  const { client, nextTick } = new Desk();
  client.subscribe(['AAPL', 'MSFT']);
  exchange.publish('AAPL', 1);
  await client.connect();
  expect(await nextTick()).toMatchObject({ symbol: 'AAPL' });
  client.unsubscribe(['AAPL']);
  // The exchange takes orders in turn: once this one is answered, the one before is done.
  exchange.publish('GOOG', 2);
  client.subscribe(['GOOG']);
  expect(await nextTick()).toMatchObject({ symbol: 'GOOG' });
  exchange.publish('AAPL', 3);
  exchange.publish('MSFT', 4);
  expect(await nextTick()).toEqual({ symbol: 'MSFT', price: 4 });
});

test('after a crash of the exchange dials and subscribes again', async () => {
  exchange.publish('AAPL', 1);
  const { client, reports, nextTick } = new Desk();
  client.subscribe(['AAPL']);
  await client.connect();
  await nextTick();
  exchange.publish('AAPL', 2);
  await nextTick();
  exchange.crash();
  expect(await nextTick()).toEqual({ symbol: 'AAPL', price: 2 });
  expect(reports).toMatchObject([{ outcome: 'failed', code: 1006, phase: 'open', startedBy: 'network', epoch: 1 }]);
  expect(reports.map(isExpected)).toEqual([false]);
});

test('uses its token again while it is good, and gets a fresh one when the exchange refuses it', async () => {
  exchange.publish('AAPL', 1);
  const { client, reports, nextTick } = new Desk();
  client.subscribe(['AAPL']);
  await client.connect();
  await nextTick();
  exchange.crash();
  await nextTick();
  expect(exchange.tokensGiven).toBe(1);
  exchange.revokeTokens();
  exchange.crash();
  await nextTick();
  expect(exchange.tokensGiven).toBe(2);
  expect(reports).toMatchObject([
    { code: 1006 },
    { code: 1006 },
    { trigger: 'refused', httpStatus: 401, phase: 'connecting' },
  ]);
});

test('gets a fresh token when the exchange closes since the old one has ended', async () => {
  await exchange[Symbol.asyncDispose]();
  exchange = await start({ port: 0, apiKey: 'key', tokenLivesMs: 200 });
  exchange.publish('AAPL', 1);
  const { client, reports, nextTick } = new Desk();
  client.subscribe(['AAPL']);
  await client.connect();
  await nextTick();
  await nextTick();
  expect(reports[0]).toMatchObject({ outcome: 'closed', code: 3000, trigger: 'peer-closed' });
  expect(reports.slice(0, 1).map(isExpected)).toEqual([true]);
  expect(exchange.tokensGiven).toBeGreaterThan(1);
});

test('gives up at once on an API key that the exchange does not know', async () => {
  const { client, reports } = new Desk({ apiKey: 'guess' });
  await expect(client.connect()).rejects.toBeInstanceOf(ApiKeyError);
  expect(reports).toMatchObject([{ outcome: 'failed', trigger: 'dial-failed', phase: 'connecting' }]);
  expect(reports.map(isExpected)).toEqual([false]);
  expect(await client.ended).toMatchObject({ id: 'feed', reason: 'shutdown' });
});

test('redials a feed that has fallen silent, with a closing handshake', async () => {
  const { client, reports } = new Desk({ silentAfterMs: 30 });
  client.subscribe(['AAPL']);
  const first = nextConnection();
  await client.connect();
  await first;
  await nextConnection();
  // The old connection ends beside the new one.
  await eventually(() => reports.length > 0);
  expect(reports[0]).toMatchObject({
    outcome: 'closed',
    code: 1000,
    reason: 'feed is silent',
    trigger: 'close-called',
    wasClean: true,
  });
});

test('leaves a silent feed alone while it has not subscribed to anything', async () => {
  const idle = new Desk({ silentAfterMs: 1 });
  await idle.client.connect();
  const waiting = new Desk({ silentAfterMs: 30 });
  waiting.client.subscribe(['AAPL']);
  await waiting.client.connect();
  // The redial of the one takes thirty deadlines of the other.
  await nextConnection();
  await eventually(() => waiting.reports.length > 0);
  expect(idle.reports).toEqual([]);
});

test('closes with the handshake, and leaves it to the exchange to end TCP', async () => {
  const { client, reports } = new Desk();
  await client.connect();
  const report = await client.close();
  expect(report).toMatchObject({
    outcome: 'closed',
    code: 1000,
    trigger: 'close-called',
    startedBy: 'local',
    wasClean: true,
  });
  expect(reports).toEqual([report]);
  expect(await endingsOf(exchange.supervisor)).toMatchObject([
    { outcome: 'closed', trigger: 'peer-closed', received: { code: 1000 } },
  ]);
  expect(await client.close()).toBe(report);
});

test('waits no longer than the deadline for an exchange that does not answer the Close', async () => {
  await using mute = await RawServer.listen((_request, response) => void response.end('{"token":"any","expiresAt":0}'));
  const { client } = new Desk({ endpoint: mute.url, closeWithinMs: 50 });
  await client.connect();
  await using peer = await mute.nextPeer();
  expect(await client.close()).toMatchObject({
    outcome: 'failed',
    code: 1000,
    trigger: 'close-called',
    endedBy: 'close-deadline',
    wasClean: false,
  });
  expect(await peer.nextFrame()).toMatchObject({ code: 1000 });
});

test('is interrupted while it dials', async () => {
  await using mute = await RawServer.listen((request) => void request.resume());
  const interruption = new AbortController();
  const { client } = new Desk({ endpoint: mute.url, signal: interruption.signal });
  const connecting = client.connect();
  interruption.abort(new Error('enough'));
  await expect(connecting).rejects.toThrow('enough');
  expect(await client.ended).toMatchObject({ reason: 'shutdown' });
});

test('is interrupted while it waits for a tick', async () => {
  const interruption = new AbortController();
  const { client, reports } = new Desk({ signal: interruption.signal });
  await client.connect();
  interruption.abort();
  expect(await client.ended).toMatchObject({ reason: 'shutdown' });
  expect(reports).toMatchObject([{ outcome: 'closed', code: 1001, trigger: 'supervisor-stopped' }]);
});

test('ends when onTick throws, and rejects with the error', async () => {
  const failure = new Error('the order book is full');
  exchange.publish('AAPL', 1);
  const { client, reports } = new Desk({
    onTick: () => {
      throw failure;
    },
  });
  client.subscribe(['AAPL']);
  await client.connect();
  expect(await client.ended).toMatchObject({ reason: 'abnormal', error: failure });
  expect(reports).toMatchObject([{ code: 1011, trigger: 'handler-threw', cause: failure }]);
});
