import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { throughHttp } from './http-connect.js';
import type { ProxySettings } from './proxy-settings.js';
import { throughSocks } from './socks5.js';

/** What `node:http` gives to `createConnection`. */
type RequestOptions = ConnectionOptions & { readonly host: string; readonly port: number | string };

/** What `node:http` wants of it: the socket, later. */
type Done = (error: Error | null, socket?: Socket) => void;

/**
 * Makes a `createConnection` for `node:http` whose sockets lead through a proxy, and speak TLS to the server if that is
 * wanted.
 *
 * @param signal ends an attempt that is under way.
 */
export function createTunnel(proxy: URL, isSecure: boolean, settings: ProxySettings, signal: AbortSignal) {
  return (options: RequestOptions, done: Done): void => {
    const target = { host: options.host, port: Number(options.port) };
    const through = proxy.protocol.startsWith('socks') ? throughSocks : throughHttp;
    through(proxy, target, settings, signal).then(
      (socket) => done(null, isSecure ? secured(socket, options) : socket),
      (error: Error) => done(error),
    );
  };
}

/** TLS to the server, over a socket that leads there. */
function secured(socket: Socket, { host, servername = isIP(host) === 0 ? host : '', ...tls }: RequestOptions): Socket {
  return connectTls({ ...tls, path: undefined, host, servername, socket });
}
