/**
 * A small exchange to try the market data client on: tokens that expire, a feed of ticks by symbol, and buttons for
 * what goes wrong at real ones.
 *
 * Run it with `npm run example -- fake-exchange`. POST /tokens with `x-api-key: demo` gives a token for
 * ws://127.0.0.1:8080/v1/stream.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { broadcast, type Connection, createSupervisor, Group, refuse, type Supervisor } from 'wirekeeper';

/** Settings of the exchange. */
export interface FakeExchangeOptions {
  /** Default 8080. */
  readonly port?: number;
  /** Default `demo`. */
  readonly apiKey?: string;
  /** How long a token is good, in ms. Default one minute. */
  readonly tokenLivesMs?: number;
}

/** A running exchange. */
export interface FakeExchange extends AsyncDisposable {
  /** Where ticks come from. */
  readonly endpoint: string;
  readonly supervisor: Supervisor;
  /** How many tokens were asked for and given. */
  readonly tokensGiven: number;
  /** Sends the price of a symbol to its subscribers, and to those that subscribe later. */
  publish(symbol: string, price: number): void;
  /** Drops every connection as a crash would: no Close frame. */
  crash(): void;
  /** Makes every token given so far worthless for the next opening handshake. */
  revokeTokens(): void;
}

/** Starts the exchange; disposing of it ends every connection. */
export async function start({
  port = 8080,
  apiKey = 'demo',
  tokenLivesMs = 60_000,
}: FakeExchangeOptions = {}): Promise<FakeExchange> {
  const tokens = new Map<string, { readonly expiresAt: number }>();
  const prices = new Map<string, number>();
  const subscribers = new Map<string, Group>();
  let tokensGiven = 0;

  const tickOf = (symbol: string, price: number) => JSON.stringify({ type: 'tick', symbol, price });

  const subscribe = (connection: Connection, symbol: string) => {
    const group = subscribers.get(symbol) ?? new Group();
    subscribers.set(symbol, group);
    group.add(connection);
    const price = prices.get(symbol);
    if (price !== undefined) connection.send(tickOf(symbol, price));
  };

  const giveToken = (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'POST' || request.url !== '/tokens') return response.writeHead(404).end();
    if (request.headers['x-api-key'] !== apiKey) return response.writeHead(401).end('unknown API key\n');
    const token = randomUUID();
    const expiresAt = Date.now() + tokenLivesMs;
    tokens.set(token, { expiresAt });
    tokensGiven += 1;
    return response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ token, expiresAt }));
  };

  const server = createServer(giveToken);
  const supervisor = createSupervisor({ name: 'fake-exchange' });
  await supervisor.listen({
    server,
    path: '/v1/stream',
    authenticate: (request) => {
      const credential = tokens.get(request.bearerToken() ?? '');
      if (credential === undefined || credential.expiresAt <= Date.now())
        return refuse(401, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
      return { data: undefined, expiresAt: credential.expiresAt };
    },
    handler: async (connection) => {
      for await (const frame of connection) {
        const order = frame.json() as { type: 'subscribe' | 'unsubscribe'; symbols: string[] };
        for (const symbol of order.symbols) {
          if (order.type === 'subscribe') subscribe(connection, symbol);
          else subscribers.get(symbol)?.delete(connection);
        }
      }
    },
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/stream`,
    supervisor,
    get tokensGiven() {
      return tokensGiven;
    },
    publish(symbol, price) {
      prices.set(symbol, price);
      broadcast(subscribers.get(symbol) ?? [], tickOf(symbol, price));
    },
    crash() {
      for (const connection of supervisor.connections.values()) connection.terminate();
    },
    revokeTokens: () => tokens.clear(),
    async [Symbol.asyncDispose]() {
      await supervisor.stop();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Moves prices at random, ten times a second, until the signal aborts. */
export function moveMarkets(exchange: FakeExchange, symbols: readonly string[], signal: AbortSignal): void {
  const prices = new Map(symbols.map((symbol) => [symbol, 100]));
  const timer = setInterval(() => {
    for (const [symbol, price] of prices) {
      const next = price * (1 + (Math.random() - 0.5) / 100);
      prices.set(symbol, next);
      exchange.publish(symbol, next);
    }
  }, 100);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const exchange = await start({ port: Number(process.env['PORT'] ?? 8080) });
  const interruption = new AbortController();
  moveMarkets(exchange, ['AAPL', 'MSFT'], interruption.signal);
  console.log(`Ticks of AAPL and MSFT on ${exchange.endpoint}. Ctrl-C stops.`);
  process.once('SIGINT', () => {
    interruption.abort();
    void exchange[Symbol.asyncDispose]();
  });
}
