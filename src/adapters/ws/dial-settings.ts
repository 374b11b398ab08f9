import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { DialOptions, DialTlsOptions } from '../../index.js';
import { type CommonOptions, deflateOf, limitsOf } from './common-options.js';

/** Options of a client's socket: those of ws, and what wirekeeper adds to them. */
export interface ClientOptions extends CommonOptions, Pick<DialTlsOptions, TlsKey> {
  /** Subprotocols, in place of the constructor's second argument. */
  readonly protocols?: string | readonly string[] | undefined;
  /** Header fields of the opening handshake. */
  readonly headers?: Readonly<Record<string, string | number | readonly string[] | undefined>> | undefined;
  /** The value of the field Origin. */
  readonly origin?: string | undefined;
  /** User and password, `user:password`. */
  readonly auth?: string | undefined;
  /** How long the opening handshake may take, in ms, from its beginning to its end. Default: the supervisor's, 10 s. */
  readonly handshakeTimeout?: number | undefined;
  /** Whether redirects are followed. Default `false`. */
  readonly followRedirects?: boolean | undefined;
  /** How many redirects are followed, up to 20. Default 10. */
  readonly maxRedirects?: number | undefined;
  /** `false` is none, as it is for ws, which gets it from engine.io's client. */
  readonly agent?: DialOptions['agent'] | false;
  /** The proxy on the way: see `proxy` of `DialOptions`. */
  readonly proxy?: DialOptions['proxy'];
  readonly localAddress?: string | undefined;
  readonly family?: number | undefined;
  readonly lookup?: NonNullable<DialOptions['tcp']>['lookup'];
  /** Makes the socket, as an agent does. */
  readonly createConnection?: ((...args: never[]) => unknown) | undefined;
  /** 13, the only version of the protocol that is spoken. */
  readonly protocolVersion?: number | undefined;
}

/** Settings of TLS that a dial takes. */
const TLS_KEYS = [
  'ca',
  'cert',
  'key',
  'passphrase',
  'pfx',
  'minVersion',
  'checkServerIdentity',
  'rejectUnauthorized',
  'servername',
] as const satisfies readonly (keyof DialTlsOptions)[];

type TlsKey = (typeof TLS_KEYS)[number];

/** What ws takes and what cannot be honoured here, with what to do instead: to drop it in silence could be unsafe. */
const REFUSED: Readonly<Record<string, string>> = {
  finishRequest: 'give headers instead',
  generateMask: 'masks are random',
  ...Object.fromEntries(
    ['ALPNProtocols', 'ciphers', 'crl', 'dhparam', 'ecdhCurve', 'maxVersion', 'secureContext', 'sigalgs'].map(
      (name) => [name, `give agent: new https.Agent({ ${name} }) instead`],
    ),
  ),
};

/** Header fields that the handshake sets by itself: those of a user are overwritten, as by ws. */
const OVERWRITTEN = new Set(['connection', 'upgrade', 'sec-websocket-key', 'sec-websocket-version']);

/** Where a socket dials to, and how. */
export interface DialSettings {
  readonly url: string;
  readonly dial: Omit<DialOptions, 'handler'>;
}

/**
 * Reads the arguments of a client's socket as ws does.
 *
 * @throws {SyntaxError} for a URL or a subprotocol that cannot be dialed; {RangeError} for another version of the
 *   protocol; {TypeError} for an option that cannot be honoured.
 */
export function dialSettings(address: string | URL, protocols: unknown, given: ClientOptions): DialSettings {
  const options = presentOf(given);
  const { protocolVersion = 13, agent, proxy, createConnection } = options;
  if (protocolVersion !== 13)
    throw new RangeError(`Unsupported protocol version: ${protocolVersion} (supported versions: 13)`);
  for (const [name, instead] of Object.entries(REFUSED))
    if (Object.hasOwn(options, name) && options[name as keyof ClientOptions] !== undefined)
      throw new TypeError(`The option ${name} is not supported: ${instead}`);
  const url = urlOf(address);
  const own = agent || (createConnection === undefined ? undefined : agentOf(createConnection, url));
  const offered = protocolsOf(protocols === undefined ? given.protocols : protocols);
  return {
    url: url.href,
    dial: {
      url: url.href,
      ...(offered.length === 0 ? {} : { protocols: offered }),
      headers: headersOf(options),
      perMessageDeflate: deflateOf(given.perMessageDeflate === null ? false : (options.perMessageDeflate ?? true)),
      limits: {
        ...limitsOf(options),
        ...(options.handshakeTimeout ? { openWithinMs: options.handshakeTimeout } : {}),
        ...options.limits,
      },
      ...(options.liveness === undefined ? {} : { liveness: options.liveness }),
      ...(options.followRedirects ? { redirects: options.maxRedirects ?? 10 } : {}),
      ...(own === undefined ? {} : { agent: own }),
      ...(proxy === undefined ? {} : { proxy }),
      tls: pick(options, TLS_KEYS),
      tcp: tcpOf(options),
      restart: 'temporary',
      retry: () => 'stop',
    },
  };
}

/** The options that are there: ws and Node pass over what is `null`. */
function presentOf(given: ClientOptions): ClientOptions {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));
}

/** @throws {SyntaxError} for a URL that no WebSocket can have. */
function urlOf(address: string | URL): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new SyntaxError(`Invalid URL: ${String(address)}`);
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') url.protocol = url.protocol.replace('http', 'ws');
  if (!['ws:', 'wss:', 'ws+unix:'].includes(url.protocol))
    throw new SyntaxError('The URL\'s protocol must be one of "ws:", "wss:", "http:", "https:", or "ws+unix:"');
  if (url.protocol === 'ws+unix:' && url.pathname === '') throw new SyntaxError("The URL's pathname is empty");
  if (url.hash !== '') throw new SyntaxError('The URL contains a fragment identifier');
  return url;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** @throws {SyntaxError} for anything but tokens, each of them once. */
function protocolsOf(given: unknown): readonly string[] {
  const protocols: readonly unknown[] = given === undefined ? [] : Array.isArray(given) ? given : [given];
  const isToken = (protocol: unknown): protocol is string => typeof protocol === 'string' && TOKEN.test(protocol);
  if (!protocols.every(isToken) || new Set(protocols).size < protocols.length)
    throw new SyntaxError('An invalid or duplicated subprotocol was specified');
  return protocols;
}

function headersOf({ headers = {}, origin, auth }: ClientOptions): Record<string, string> {
  const fields = Object.entries(headers)
    .filter(([name, value]) => value !== undefined && !OVERWRITTEN.has(name.toLowerCase()))
    .map(([name, value]): [string, string] => [name, textOf(name, value)]);
  const has = (name: string) => fields.some(([field]) => field.toLowerCase() === name);
  if (origin !== undefined) fields.push(['Origin', origin]);
  if (auth !== undefined && !has('authorization'))
    fields.push(['Authorization', `Basic ${Buffer.from(auth).toString('base64')}`]);
  return Object.fromEntries(fields);
}

/** Several values as one; cookies are joined by another sign than all else (RFC 6265 section 5.4). */
function textOf(name: string, value: unknown): string {
  return Array.isArray(value) ? value.join(name.toLowerCase() === 'cookie' ? '; ' : ', ') : String(value);
}

function tcpOf({ lookup, family, localAddress }: ClientOptions): NonNullable<DialOptions['tcp']> {
  return {
    ...(lookup === undefined ? {} : { lookup }),
    ...(family === 4 || family === 6 ? { family } : {}),
    ...(localAddress === undefined ? {} : { localAddress }),
  };
}

/** An agent whose sockets are made by a function of the user. */
function agentOf(createConnection: NonNullable<ClientOptions['createConnection']>, url: URL): HttpAgent {
  const options: AgentOptions = { keepAlive: false };
  const agent = url.protocol === 'wss:' ? new HttpsAgent(options) : new HttpAgent(options);
  return Object.assign(agent, { createConnection });
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<Pick<T, K>> {
  const has = keys.filter((key) => from[key] !== undefined);
  return Object.fromEntries(has.map((key) => [key, from[key]])) as Partial<Pick<T, K>>;
}
