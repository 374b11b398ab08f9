import type { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { DialRequest, DialTcpOptions, DialTlsOptions } from '../../transport.js';
import { proxyOfEnvironment } from './environment.js';
import type { ProxySettings } from './proxy-settings.js';
import type { CreateConnection, Tunnel } from './tunnel.js';

/** What `node:http` takes for the socket of a request. */
export interface SocketSettings extends DialTlsOptions {
  readonly agent?: Agent;
  readonly createConnection?: CreateConnection;
  readonly lookup?: LookupFunction;
  readonly family?: number;
  readonly localAddress?: string;
  readonly autoSelectFamilyAttemptTimeout?: number;
}

/**
 * The settings with which `node:http` makes the socket of a dial: over the user's agent, through a proxy, or straight.
 *
 * @param tunnel what a proxy is asked by.
 * @throws {Error} for an environment variable that is no URL of a proxy.
 */
export function socketSettings({ url, tls, route = {} }: DialRequest, tunnel: Tunnel): SocketSettings {
  const { agent, proxy, tcp = {} } = route;
  const settings = { ...tls, ...tcpSettings(tcp) };
  if (agent !== undefined) return { ...settings, agent };
  // The handshake refuses a URL that is none.
  if (proxy === undefined || !URL.canParse(url)) return settings;
  const target = new URL(url);
  const through = proxy === 'environment' ? proxyOfEnvironment(target, process.env) : proxy;
  if (through === undefined) return settings;
  return {
    ...tls,
    createConnection: tunnel.through(new URL(through), target.protocol === 'wss:', proxySettings(tcp, tls)),
  };
}

function tcpSettings({ autoSelectFamilyAttemptTimeoutMs, ...tcp }: DialTcpOptions) {
  return autoSelectFamilyAttemptTimeoutMs === undefined
    ? tcp
    : { ...tcp, autoSelectFamilyAttemptTimeout: autoSelectFamilyAttemptTimeoutMs };
}

/** What the user trusts holds for a proxy too; who this side is, and what it expects of the server, does not. */
function proxySettings(tcp: DialTcpOptions, { ca, minVersion }: DialTlsOptions): ProxySettings {
  return {
    ...tcpSettings(tcp),
    ...(ca === undefined ? {} : { ca }),
    ...(minVersion === undefined ? {} : { minVersion }),
  };
}
