import { isIP, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { errorFrom } from '../../thrown.js';
import type { ProxySettings } from './proxy-settings.js';

/** What `node:http` gives to `createConnection`. */
type RequestOptions = Omit<ConnectionOptions, 'port'> & { readonly host: string; readonly port: number | string };

/** What `node:http` wants of it: the socket, later. */
type Done = (error: Error | null, socket?: Socket) => void;

/** The `createConnection` of `node:http`. */
export type CreateConnection = (options: RequestOptions, done: Done) => void;

/** The way of one opening handshake through a proxy. */
export class Tunnel {
  readonly #abort = new AbortController();
  #isOpening = false;

  /** Whether the proxy is being asked. */
  get isOpening(): boolean {
    return this.#isOpening;
  }

  /** Ends it while it is opening: it fails, and says that the proxy had not answered. */
  abort(): void {
    this.#abort.abort(new Error('the opening handshake was called off'));
  }

  /** Makes sockets that lead through a proxy, and speak TLS to the server if that is wanted. */
  through(proxy: URL, isSecure: boolean, settings: ProxySettings): CreateConnection {
    return (options, done) => void this.#open(proxy, isSecure, settings, options, done);
  }

  async #open(
    proxy: URL,
    isSecure: boolean,
    settings: ProxySettings,
    options: RequestOptions,
    done: Done,
  ): Promise<void> {
    const { signal } = this.#abort;
    this.#isOpening = true;
    let socket: Socket | undefined;
    let fault: Error | null = null;
    try {
      const ask = await askerOf(proxy);
      socket = await ask(proxy, { host: options.host, port: Number(options.port) }, settings, signal);
      // It may have been aborted when the proxy had answered just before.
      signal.throwIfAborted();
      if (isSecure) socket = secured(await import('node:tls'), socket, options);
    } catch (error) {
      socket?.destroy();
      socket = undefined;
      fault = errorFrom(error, 'the tunnel could not be made');
    }
    this.#isOpening = false;
    done(fault, socket);
  }
}

/** How a proxy is asked. Few programs have one, so this code is loaded when it is needed. */
async function askerOf({ protocol }: URL): Promise<typeof import('./http-connect.js').throughHttp> {
  if (protocol.startsWith('socks')) return (await import('./socks5.js')).throughSocks;
  return (await import('./http-connect.js')).throughHttp;
}

/** TLS to the server, over a socket that leads there. */
function secured(
  { connect }: typeof import('node:tls'),
  socket: Socket,
  { host, port: _port, servername = isIP(host) === 0 ? host : '', ...tls }: RequestOptions,
): Socket {
  return connect({ ...tls, path: undefined, host, servername, socket });
}
