/**
 * A client of a market data feed that stays connected for months: it gets a fresh token before it dials, subscribes
 * again after a loss, finds a feed that has fallen silent, and ends with a closing handshake.
 *
 * Run it with `npm run example -- market-data-client AAPL MSFT`. Without MARKET_DATA_ENDPOINT (and MARKET_DATA_API_KEY)
 * it starts the exchange of fake-exchange.ts in the same process.
 */
import { fileURLToPath } from 'node:url';
import {
  type Backoff,
  type ChildExit,
  type CloseReport,
  type Connection,
  createSupervisor,
  DeadlineError,
  type DialAttempt,
  type Dialer,
  defaultRetry,
  EndedError,
  explain,
  type Frame,
  isUnexpectedClose,
  type Supervisor,
} from 'wirekeeper';
import { moveMarkets, start as startExchange } from './fake-exchange.js';

export const DEFAULT_ENDPOINT = 'wss://stream.exchange.example/v1/stream';

/** The price of a symbol. */
export interface Tick {
  readonly symbol: string;
  readonly price: number;
}

/** Settings of a client. */
export interface MarketDataOptions {
  readonly apiKey: string;
  /** Called for each tick; the socket is paused while a promise it has returned is pending. A throw ends the client. */
  readonly onTick: (tick: Tick) => void | Promise<void>;
  /**
   * Called with the report of each connection that has ended, also of one that never opened. Default: nothing is done.
   */
  readonly onClose?: (report: CloseReport) => void;
  /** Default {@link DEFAULT_ENDPOINT}. */
  readonly endpoint?: string;
  /** How long the feed may say nothing, in ms, before it is dialed again. Default 15,000. */
  readonly silentAfterMs?: number;
  /** How long a closing handshake may take, in ms. Default 5,000. */
  readonly closeWithinMs?: number;
  /** The pace of redials. Default: wirekeeper's. */
  readonly backoff?: Partial<Backoff>;
  /** Ends the client when it aborts, whatever it is doing. */
  readonly signal?: AbortSignal;
}

/** The exchange does not know the API key: no attempt will do better. */
export class ApiKeyError extends Error {
  override readonly name = 'ApiKeyError';
}

/**
 * Whether a connection ended as connections to an exchange do: the client closed it (1000), the exchange went away or
 * restarts (1001, 1012), or the token's time was up (3000). Anything else deserves a look, 1006 above all: an end
 * without a Close frame.
 */
export function isExpected(report: CloseReport): boolean {
  return report.openedAt !== undefined && !isUnexpectedClose(report, 1000, 1001, 1012, 3000);
}

/** One subscription to a market data feed, across as many connections as that takes. */
export class MarketDataClient implements AsyncDisposable {
  readonly #options: MarketDataOptions;
  readonly #endpoint: string;
  readonly #supervisor: Supervisor;
  readonly #symbols = new Set<string>();
  #feed: Dialer | undefined;
  #credential: { readonly token: string; readonly expiresAt: number } | undefined;

  constructor(options: MarketDataOptions) {
    const { endpoint = DEFAULT_ENDPOINT, onClose, signal } = options;
    this.#options = options;
    this.#endpoint = endpoint;
    this.#supervisor = createSupervisor({ name: 'market-data', signal });
    this.#supervisor.events$.subscribe((event) => {
      if (event.type === 'connection.ended') onClose?.(event.report);
    });
  }

  /** Resolves when the client has ended, and says why; `undefined` before `connect`. */
  get ended(): Promise<ChildExit> | undefined {
    return this.#feed?.ended;
  }

  /**
   * Dials, and goes on dialing until it is connected.
   *
   * @throws what made it give up, an {@link ApiKeyError} for example; the signal's reason when that aborts.
   */
  async connect(): Promise<void> {
    const { backoff, closeWithinMs = 5_000, signal } = this.#options;
    this.#feed ??= this.#supervisor.dial({
      id: 'feed',
      // What `onTick` throws is the user's to see: it ends the client instead of restarting the feed.
      restart: 'temporary',
      url: this.#endpoint,
      headers: async (attempt) => ({ authorization: `Bearer ${await this.#token(attempt)}` }),
      // A refused token (401) asks for a fresh one, once; what the network does is tried again; this one error is
      // final.
      retry: (report, attempt, context) =>
        report.cause instanceof ApiKeyError ? 'stop' : defaultRetry(report, attempt, context),
      backoff,
      limits: { closeWithinMs },
      handler: this.#serve,
    });
    try {
      await this.#feed.connected({ signal });
    } catch (error) {
      const cause = this.#feed.lastReport?.cause;
      throw error instanceof EndedError && cause !== undefined ? cause : error;
    }
  }

  /** Asks for ticks of these symbols, now and on every connection to come. */
  subscribe(symbols: Iterable<string>): void {
    this.#order('subscribe', symbols, (symbol) => this.#symbols.add(symbol));
  }

  /** Wants no more ticks of these symbols. */
  unsubscribe(symbols: Iterable<string>): void {
    this.#order('unsubscribe', symbols, (symbol) => this.#symbols.delete(symbol));
  }

  /**
   * Ends the feed properly: sends a Close frame, delivers the ticks that were on their way until the exchange's Close
   * has come, and leaves it to the exchange to end TCP, for `closeWithinMs` at most. A dial under way is called off.
   *
   * @returns how the last connection ended; `undefined` if there was none.
   */
  async close(): Promise<CloseReport | undefined> {
    const exit = await this.#feed?.stop();
    await this.#supervisor.stop();
    return exit?.report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Runs on each connection, from its opening to its end. */
  readonly #serve = async (connection: Connection): Promise<CloseReport> => {
    // A new connection knows nothing of what was subscribed to on the last one.
    if (this.#symbols.size > 0) connection.send(JSON.stringify({ type: 'subscribe', symbols: [...this.#symbols] }));
    for (;;) {
      const frame = await this.#nextFrame(connection);
      if (frame === undefined) return connection.closed;
      const { type, symbol, price } = frame.json() as Tick & { readonly type: string };
      if (type === 'tick') await this.#options.onTick({ symbol, price });
    }
  };

  /**
   * Pings find a peer that is gone. This deadline finds one that answers Pings and yet sends nothing any more; after it
   * the connection still works, so it can be closed properly.
   */
  async #nextFrame(connection: Connection): Promise<Frame | undefined> {
    const { silentAfterMs = 15_000 } = this.#options;
    for (;;) {
      try {
        return await connection.receive({ withinMs: silentAfterMs });
      } catch (error) {
        if (!(error instanceof DeadlineError)) throw error;
        // Once it is left for another one, that one's silence is for its own handler to find.
        if (this.#symbols.size > 0 && connection.state === 'open') this.#feed?.redial('feed is silent');
      }
    }
  }

  /**
   * While no connection is up `send` answers `closed`, and nothing is lost: the next one subscribes to all there is.
   */
  #order(type: 'subscribe' | 'unsubscribe', symbols: Iterable<string>, note: (symbol: string) => void): void {
    const list = [...symbols];
    for (const symbol of list) note(symbol);
    this.#feed?.send(JSON.stringify({ type, symbols: list }));
  }

  /** The token for one attempt: the last one while it is good, a new one once it has ended or was refused. */
  async #token({ refresh, signal }: DialAttempt): Promise<string> {
    if (refresh || this.#credential === undefined || this.#credential.expiresAt <= Date.now()) {
      const url = new URL('/tokens', this.#endpoint.replace(/^ws/, 'http'));
      const response = await fetch(url, { method: 'POST', headers: { 'x-api-key': this.#options.apiKey }, signal });
      if (response.status === 401) throw new ApiKeyError('the exchange does not know the API key');
      if (!response.ok) throw new Error(`the exchange gave no token: HTTP ${response.status}`);
      this.#credential = (await response.json()) as { token: string; expiresAt: number };
    }
    return this.#credential.token;
  }
}

/** Prints ticks until it is interrupted. */
async function main(symbols: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  const given = process.env['MARKET_DATA_ENDPOINT'];
  await using exchange = given === undefined ? await startExchange({ port: 0 }) : undefined;
  if (exchange !== undefined) moveMarkets(exchange, symbols, interruption.signal);
  await using client = new MarketDataClient({
    apiKey: process.env['MARKET_DATA_API_KEY'] ?? 'demo',
    endpoint: given ?? exchange?.endpoint ?? DEFAULT_ENDPOINT,
    onTick: ({ symbol, price }) => console.log(`${symbol} ${price.toFixed(2)}`),
    onClose: (report) => console.log(`${isExpected(report) ? 'Closed' : 'LOST'}: ${explain(report)}`),
    signal: interruption.signal,
  });
  try {
    await client.connect();
  } catch (error) {
    if (interruption.signal.aborted) return;
    throw error;
  }
  client.subscribe(symbols);
  await client.ended;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const symbols = process.argv.slice(2);
  await main(symbols.length > 0 ? symbols : ['AAPL', 'MSFT']);
}
