import type { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { ConnectionOptions, SecureContextOptions } from 'node:tls';
import type { WireOptions } from './transport.js';

/** One attempt to open a wire as a client. */
export interface DialRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
  readonly tls: DialTlsOptions;
  readonly options: WireOptions;
  /** Default: straight to the server. */
  readonly route?: DialRoute;
  /** How many redirects of the server are followed. Default 0. */
  readonly redirects?: number;
}

/** TLS settings of a dial, as in `node:tls`. */
export type DialTlsOptions = Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'pfx' | 'minVersion'> &
  Pick<ConnectionOptions, 'checkServerIdentity'> & {
    readonly rejectUnauthorized?: boolean;
    readonly servername?: string;
  };

/** TCP settings of a dial, as in `node:net`. With a proxy they are those of the connection to the proxy. */
export interface DialTcpOptions {
  /** Looks host names up. Default: `dns.lookup`. */
  readonly lookup?: LookupFunction;
  /** The only family of addresses that is tried. Default: both. */
  readonly family?: 4 | 6;
  /** The address of this machine to dial from. Default: the system's choice. */
  readonly localAddress?: string;
  /**
   * How long an attempt at one address of a host may take, in ms, before the next address is tried (RFC 8305). Default:
   * Node's.
   */
  readonly autoSelectFamilyAttemptTimeoutMs?: number;
}

/** The way of a dial to its server. */
export interface DialRoute {
  readonly tcp?: DialTcpOptions;
  /** Makes the sockets; given instead of a proxy. */
  readonly agent?: Agent;
  /** The URL of the proxy, or `environment` for that of the environment variables, if there is one. */
  readonly proxy?: string;
}
