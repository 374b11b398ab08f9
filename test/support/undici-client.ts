import { once } from 'node:events';
import { get, type IncomingHttpHeaders } from 'node:http';
import { type CloseEvent, WebSocket } from 'undici';
import type { Listener } from '../../src/supervisor/api/listener.js';

/** What undici's `WebSocket` takes beside a URL. */
export interface UndiciOptions {
  readonly protocols?: string[];
  readonly headers?: Record<string, string>;
}

/** A foreign client, undici's WebSocket, with its messages in a queue and its ending as a promise. */
export class UndiciClient implements AsyncDisposable {
  readonly socket: WebSocket;
  /** Resolves with undici's own view of the ending; never rejects. */
  readonly closed: Promise<CloseEvent>;
  readonly #messages: (string | Buffer)[] = [];
  readonly #opened: Promise<unknown>;
  #waiting: ((message: string | Buffer | undefined) => void) | undefined;
  #isClosed = false;

  private constructor(url: string, { protocols = [], headers = {} }: UndiciOptions) {
    this.socket = new WebSocket(url, { protocols, headers });
    this.socket.binaryType = 'arraybuffer';
    this.socket.addEventListener('message', ({ data }) =>
      this.#take(typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer)),
    );
    // undici reports a failure by an 'error' event before the 'close' event; the latter says all there is to know.
    this.socket.addEventListener('error', () => {});
    this.closed = new Promise((resolve) => {
      this.socket.addEventListener('close', (event) => {
        this.#isClosed = true;
        this.#waiting?.(undefined);
        resolve(event);
      });
    });
    this.#opened = once(this.socket, 'open');
  }

  /** Resolves with an open client; rejects when the connection ends before it opens. */
  static async connect(url: string, options: UndiciOptions = {}): Promise<UndiciClient> {
    const client = new UndiciClient(url, options);
    await Promise.race([
      client.#opened,
      client.closed.then(({ code }) => {
        throw new Error(`undici's WebSocket did not open ${url}: ${code}`);
      }),
    ]);
    return client;
  }

  /** The next message; `undefined` once the connection is closed and all were read. */
  async next(): Promise<string | Buffer | undefined> {
    if (this.#messages.length > 0 || this.#isClosed) return this.#messages.shift();
    return new Promise((resolve) => {
      this.#waiting = (message) => {
        this.#waiting = undefined;
        resolve(message);
      };
    });
  }

  #take(message: string | Buffer): void {
    if (this.#waiting === undefined) this.#messages.push(message);
    else this.#waiting(message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

/** Where a listener can be reached by this process. */
export function urlOf({ address }: Pick<Listener, 'address'>, path = '/'): string {
  if (address === undefined) throw new Error('the listener has no port');
  return `ws://127.0.0.1:${address.port}${path}`;
}

/** The HTTP answer to an opening handshake that is expected to be refused. */
export async function refusalOf(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders }> {
  const request = get(url.replace(/^ws/, 'http'), {
    agent: false,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      ...headers,
    },
  });
  const [answer] = await once(request, 'response');
  answer.resume();
  await once(answer, 'close');
  return { status: answer.statusCode, headers: answer.headers };
}
