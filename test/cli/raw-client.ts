import { once } from 'node:events';
import { get, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Any 16 bytes; the answer to them is the transport's affair. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** A client without any WebSocket library: it answers nothing by itself, neither Pings nor Close. */
export class RawClient {
  readonly #socket: Socket;
  #read = Buffer.alloc(0);
  #more: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#read = Buffer.concat([this.#read, chunk]);
      this.#more?.();
    });
  }

  /** Shakes hands (RFC 6455 section 4.1), and resolves with the status line when the answer's header is there. */
  static async open(
    authority: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly client: RawClient; readonly statusLine: string }> {
    const { hostname, port } = new URL(`http://${authority}`);
    const socket = connect(Number(port), hostname);
    const client = new RawClient(socket);
    const fields = Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n${fields}\r\n`,
    );
    const end = await client.#until(() => client.#read.indexOf('\r\n\r\n'));
    const [statusLine = ''] = client.#read.toString('latin1').split('\r\n', 1);
    client.#read = client.#read.subarray(end + 4);
    return { client, statusLine };
  }

  /** Sends a short text message, masked with zeros (section 5.3). */
  send(text: string): void {
    const payload = Buffer.from(text);
    this.#socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
  }

  /** Awaits the Close, and answers it (section 5.5.1). */
  async closed(): Promise<number> {
    const { payload } = await this.frame();
    const code = payload.subarray(0, 2);
    this.#socket.write(Buffer.concat([Buffer.from([0x88, 0x80 | code.length, 0, 0, 0, 0]), code]));
    await this.gone();
    return code.readUInt16BE();
  }

  /** The next frame, which must be short (section 5.2). */
  async frame(): Promise<{ readonly opcode: number; readonly payload: Buffer }> {
    await this.#until(() => (this.#read.length >= 2 && this.#read.length >= 2 + (this.#read[1] ?? 0) ? 0 : -1));
    const [first = 0, length = 0] = this.#read;
    const payload = this.#read.subarray(2, 2 + length);
    this.#read = this.#read.subarray(2 + length);
    return { opcode: first & 0x0f, payload };
  }

  /** Resolves when TCP is gone. */
  async gone(): Promise<void> {
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  drop(): void {
    this.#socket.destroy();
  }

  async #until(found: () => number): Promise<number> {
    for (;;) {
      const at = found();
      if (at >= 0) return at;
      await new Promise<void>((resolve) => {
        this.#more = resolve;
      });
    }
  }
}

/** One plain HTTP request on a socket of its own. */
export function request(
  url: string,
  method = 'GET',
): Promise<{ readonly status: number | undefined; readonly headers: IncomingHttpHeaders; readonly body: unknown }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, method }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: text === '' ? undefined : JSON.parse(text),
        }),
      );
    }).on('error', reject);
  });
}
