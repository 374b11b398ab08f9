import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { KeptSockets } from './kept-sockets.js';

const HOST = '127.0.0.1';

/** How a proxy behaves. */
export interface SocksProxyOptions {
  /** The user and password it wants, as `user:password`. */
  readonly credentials?: string;
  /** The reply to every request instead of 0 (RFC 1928 section 6). */
  readonly reply?: number;
  /** Whether it says nothing at all. */
  readonly isMute?: boolean;
  /** The bytes with which it greets, instead of those of SOCKS5. */
  readonly greeting?: Buffer;
  /** Names that only this proxy knows, and where they are. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** The address it says it dials from, as type and bytes. Default: an IPv4 address. */
  readonly bound?: Buffer;
}

/** A SOCKS5 proxy (RFC 1928) that connects, with a user and password (RFC 1929) if these are wanted. */
export class SocksProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: SocksProxyOptions;
  /** What it was asked for, in order: `host:port`. */
  readonly asked: string[] = [];
  readonly #sockets = new KeptSockets();

  private constructor(options: SocksProxyOptions) {
    this.#options = options;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      this.#serve(socket).catch(() => socket.destroy());
    });
  }

  static async listen(options: SocksProxyOptions = {}): Promise<SocksProxy> {
    const proxy = new SocksProxy(options);
    proxy.#server.listen(0, HOST);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  url(scheme = 'socks5', credentials: string | undefined = this.#options.credentials): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${scheme}://${credentials === undefined ? '' : `${credentials}@`}${HOST}:${port}`;
  }

  /** How many connections it has, to both sides. */
  get connections(): number {
    return this.#sockets.size;
  }

  async #serve(socket: Socket): Promise<void> {
    const { isMute = false, greeting, credentials, reply = 0 } = this.#options;
    if (isMute) {
      socket.resume();
      return;
    }
    const [, count = 0] = await take(socket, 2);
    const methods = await take(socket, count);
    const method = credentials === undefined ? 0 : 2;
    if (greeting !== undefined || !methods.includes(method)) {
      socket.end(greeting ?? Buffer.from([5, 0xff]));
      return;
    }
    socket.write(Buffer.from([5, method]));
    if (method === 2 && !(await this.#isLoggedIn(socket))) return;
    const [, , , type = 0] = await take(socket, 4);
    const host = await hostOf(socket, type);
    const port = (await take(socket, 2)).readUInt16BE();
    this.asked.push(`${host}:${port}`);
    if (reply !== 0) socket.end(Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]));
    else await this.#join(socket, host, port);
  }

  async #isLoggedIn(socket: Socket): Promise<boolean> {
    const [, userLength = 0] = await take(socket, 2);
    const user = await take(socket, userLength);
    const [passwordLength = 0] = await take(socket, 1);
    const password = await take(socket, passwordLength);
    const isRight = `${user.toString()}:${password.toString()}` === this.#options.credentials;
    if (isRight) socket.write(Buffer.from([1, 0]));
    else socket.end(Buffer.from([1, 1]));
    return isRight;
  }

  async #join(socket: Socket, host: string, port: number): Promise<void> {
    const { hosts = {}, bound = Buffer.from([1, 127, 0, 0, 1]) } = this.#options;
    const server = connect(port, hosts[host] ?? host);
    this.#sockets.add(server);
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') socket.resetAndDestroy();
      else socket.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]));
    });
    await once(server, 'connect');
    socket.write(Buffer.concat([Buffer.from([5, 0, 0]), bound, Buffer.from([0, 0])]));
    this.#sockets.join(server, socket);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sockets.close(this.#server);
  }
}

/** Waits for so many bytes. */
async function take(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const bytes = count === 0 ? Buffer.alloc(0) : (socket.read(count) as Buffer | null);
    if (bytes !== null) return bytes;
    await once(socket, 'readable');
  }
}

async function hostOf(socket: Socket, type: number): Promise<string> {
  if (type === 1) return (await take(socket, 4)).join('.');
  if (type === 4) return ((await take(socket, 16)).toString('hex').match(/.{4}/g) ?? []).join(':');
  const [length = 0] = await take(socket, 1);
  return (await take(socket, length)).toString();
}
