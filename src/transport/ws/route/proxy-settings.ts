import type { LookupFunction } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/** The server behind a proxy. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** How a proxy is connected to: options of `net.connect`, and of `tls.connect` for an `https:` proxy. */
export interface ProxySettings extends Pick<ConnectionOptions, 'ca' | 'minVersion'> {
  readonly lookup?: LookupFunction;
  readonly family?: number;
  readonly localAddress?: string;
  readonly autoSelectFamilyAttemptTimeout?: number;
}

/** The host of a URL as `node:net` takes it, and the port. */
export function placeOf({ hostname, port }: URL, defaultPort: number): Target {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? defaultPort : Number(port) };
}

/** The user name and the password of a URL; `undefined` if it has neither. */
export function credentialsOf({
  username,
  password,
}: URL): { readonly user: string; readonly password: string } | undefined {
  if (username === '' && password === '') return undefined;
  return { user: decoded(username), password: decoded(password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
