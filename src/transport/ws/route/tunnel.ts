import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { errorFrom } from '../../thrown.js';
import { throughHttp } from './http-connect.js';
import type { ProxySettings } from './proxy-settings.js';
import { throughSocks } from './socks5.js';

/** What `node:http` gives to `createConnection`. */
type RequestOptions = Omit<ConnectionOptions, 'port'> & { readonly host: string; readonly port: number | string };

/** What `node:http` wants of it: the socket, later. */
type Done = (error: Error | null, socket?: Socket) => void;

/**
 * Makes a `createConnection` for `node:http` whose sockets lead through a proxy, and speak TLS to the server if that is
 * wanted.
 *
 * @param signal ends an attempt that is under way.
 */
export function createTunnel(proxy: URL, isSecure: boolean, settings: ProxySettings, signal: AbortSignal) {
  const through = proxy.protocol.startsWith('socks') ? throughSocks : throughHttp;
  const open = async (options: RequestOptions, done: Done): Promise<void> => {
    let socket: Socket;
    try {
      socket = await through(proxy, { host: options.host, port: Number(options.port) }, settings, signal);
      if (isSecure) socket = secured(socket, options);
    } catch (error) {
      done(errorFrom(error, 'the tunnel could not be made'));
      return;
    }
    done(null, socket);
  };
  return (options: RequestOptions, done: Done): void => void open(options, done);
}

/** TLS to the server, over a socket that leads there. */
function secured(
  socket: Socket,
  { host, port: _port, servername = isIP(host) === 0 ? host : '', ...tls }: RequestOptions,
): Socket {
  return connectTls({ ...tls, path: undefined, host, servername, socket });
}
