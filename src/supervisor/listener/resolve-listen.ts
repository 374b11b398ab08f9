import { checkAtOnce } from '../../transport/contain.js';
import { OptionError } from '../../transport/errors.js';
import type { HandshakeRequest, ListenTarget, WireOptions } from '../../transport/transport.js';
import type { Shutdown } from '../api/child-spec.js';
import type { ConnectionRequest } from '../api/connection-request.js';
import type { Handler } from '../api/handler.js';
import type { Limits, Liveness } from '../api/limits.js';
import type { AcceptOptions, Authenticate, ListenOptions, ListenPath } from '../api/listener.js';
import type { Restart } from '../api/restart.js';
import { checkFunction, checkId, nameOf, readOptions, show, wrongOption } from '../options/option-rules.js';
import { resolveLimits, resolveLiveness, resolvePerMessageDeflate, resolveProtocols } from '../options/options.js';
import { resolveRestart, resolveShutdown } from '../options/resolve-child-spec.js';
import type { SupervisorSettings } from '../options/resolve-supervisor.js';
import { wireOptionsOf } from '../options/wire-options.js';
import { compileHosts, defaultHosts } from './host.js';
import { compileOrigin } from './origin.js';
import { compilePath, type PathMatcher } from './path.js';
import { type ClientRequest, compileProxies } from './trust-proxy.js';

/**
 * Checks a listener's options rule by rule.
 *
 * @throws {OptionError} with the option's name, the value, and what is allowed.
 */
export function resolveListen<Data, Path extends ListenPath>(
  given: ListenOptions<Data, Path>,
  defaults: SupervisorSettings,
  nextId: () => string,
): ListenSettings {
  const options = readOptions(given, KEYS, 'listen');
  const { unmatched = 'pass', authenticate, handler } = options;
  if (unmatched !== 'pass' && unmatched !== 'refuse') {
    throw wrongOption('listen: unmatched', `is ${show(unmatched)}; allowed are "pass" and "refuse"`);
  }
  checkFunction(handler, 'listen: handler');
  if (authenticate !== undefined) checkFunction(authenticate, 'listen: authenticate');
  const limits = resolveLimits(options.limits, defaults.limits, 'listen: limits', 'listener');
  const perMessageDeflate = resolvePerMessageDeflate(options.perMessageDeflate, 'listen: perMessageDeflate');
  return {
    target: targetOf(options),
    restart: resolveRestart(options.restart, 'permanent', 'listen: restart'),
    shutdown: resolveShutdown(options.shutdown, 'listen: shutdown'),
    unmatched,
    matchPath: compilePath(options.path),
    clientOf: compileProxies(options.trustProxy),
    knowsProxies: options.trustProxy !== undefined,
    isHostAllowed: hostsCheck(options),
    isOriginAllowed: compileOrigin(options.origins),
    chooseProtocol: protocolChooser(options.protocols),
    limits,
    liveness: resolveLiveness(options.liveness, defaults.liveness, 'listen: liveness'),
    wireOptions: wireOptionsOf(limits, perMessageDeflate),
    authenticate: authenticate as Authenticate<unknown> | undefined,
    handler: handler as Handler<unknown>,
    id: options.id === undefined ? nextId() : checkId(options.id, 'listen: id'),
  };
}

/**
 * Checks the options of a listener without a port or a server.
 *
 * @throws {OptionError} as `resolveListen`.
 */
export function resolveAccept<Data, Path extends ListenPath>(
  given: AcceptOptions<Data, Path>,
  defaults: SupervisorSettings,
  nextId: () => string,
): ListenSettings {
  const options = readOptions(given, ACCEPT_KEYS, 'accept');
  try {
    return resolveListen(options, defaults, nextId);
  } catch (error) {
    if (error instanceof OptionError && error.option !== undefined)
      throw new OptionError(`${nameOf('accept', error.option)} ${error.problem}`, error);
    throw error;
  }
}

/** A listener's options, checked and compiled. */
export interface ListenSettings {
  readonly id: string;
  readonly restart: Restart;
  readonly shutdown: Shutdown | undefined;
  readonly target: ListenTarget;
  readonly unmatched: 'pass' | 'refuse';
  readonly matchPath: PathMatcher;
  /** Reads who the client of a request is. */
  readonly clientOf: (request: HandshakeRequest) => ClientRequest;
  /** Whether the user has said which proxies there are, so that no other address is that of a proxy. */
  readonly knowsProxies: boolean;
  readonly isHostAllowed: (request: HandshakeRequest) => boolean;
  readonly isOriginAllowed: (request: ConnectionRequest, scheme?: ClientRequest['scheme']) => boolean;
  readonly chooseProtocol: (offered: readonly string[], request: ConnectionRequest) => string | undefined;
  readonly limits: Limits;
  readonly liveness: Liveness | false;
  /** Options of its connections' wires. */
  readonly wireOptions: WireOptions;
  readonly authenticate: Authenticate<unknown> | undefined;
  readonly handler: Handler<unknown>;
}

const ACCEPT_KEYS = [
  'id',
  'path',
  'hosts',
  'trustProxy',
  'origins',
  'protocols',
  'restart',
  'shutdown',
  'limits',
  'liveness',
  'perMessageDeflate',
  'authenticate',
  'handler',
] as const satisfies readonly (keyof AcceptOptions)[];

const KEYS = [
  ...ACCEPT_KEYS,
  'port',
  'host',
  'backlog',
  'server',
  'unmatched',
] as const satisfies readonly (keyof ListenOptions)[];

/** Behind a proxy a listener has the names of the proxy, whatever its address. */
function hostsCheck({ host, hosts, trustProxy }: Pick<ListenOptions, 'host' | 'hosts' | 'trustProxy'>) {
  if (hosts !== undefined) return compileHosts(hosts);
  return trustProxy === undefined ? defaultHosts(host) : compileHosts('any');
}

/** `net.core.somaxconn` of Linux since 5.4. */
const BACKLOG = 4096;

function targetOf({
  port,
  host,
  server,
  backlog,
}: Pick<ListenOptions, 'port' | 'host' | 'server' | 'backlog'>): ListenTarget {
  if (port !== undefined && server !== undefined)
    throw wrongOption('listen: server', 'is given together with port; give one of them only');
  if (host !== undefined && port === undefined)
    throw wrongOption('listen: host', `is ${show(host)}, without a port; give port as well`);
  if (host !== undefined && (typeof host !== 'string' || host === '' || /\s/.test(host))) {
    throw wrongOption(
      'listen: host',
      `is ${show(host)}; it must be an address or a name of this machine, such as "127.0.0.1"`,
    );
  }
  if (backlog !== undefined && port === undefined)
    throw wrongOption('listen: backlog', `is ${show(backlog)}, without a port; give port as well`);
  if (backlog !== undefined && (!Number.isInteger(backlog) || backlog < 1 || backlog > 65_535))
    throw wrongOption('listen: backlog', `is ${show(backlog)}; allowed are whole numbers from 1 to 65535`);
  if (server !== undefined) {
    if (typeof server !== 'object' || server === null)
      throw wrongOption('listen: server', `is ${show(server)}; it must be an HTTP, HTTPS, or HTTP/2 server of Node.js`);
    return { kind: 'server', server };
  }
  if (port === undefined) return { kind: 'by-hand' };
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw wrongOption('listen: port', `is ${show(port)}; allowed are whole numbers from 0 to 65535`);
  return { kind: 'port', port, host, backlog: backlog ?? BACKLOG };
}

/**
 * The protocol chosen by the user's function; none if it was not offered.
 *
 * @throws {OptionError} for anything but a text, or nothing.
 */
function checkedChoice(chosen: unknown, offered: readonly string[]): string | undefined {
  checkAtOnce(chosen, 'listen: protocols');
  if (chosen === undefined || chosen === null || chosen === false) return undefined;
  if (typeof chosen !== 'string')
    throw wrongOption(
      'listen: protocols',
      `returned ${show(chosen)}; allowed are one of the protocols offered, and undefined for none`,
    );
  return offered.includes(chosen) ? chosen : undefined;
}

function protocolChooser(protocols: ListenOptions['protocols']): ListenSettings['chooseProtocol'] {
  if (protocols === undefined) return () => undefined;
  if (typeof protocols === 'function') {
    return (offered, request) =>
      offered.length === 0 ? undefined : checkedChoice(protocols([...offered], request), offered);
  }
  const spoken = resolveProtocols(protocols, 'listen: protocols');
  return (offered) => spoken.find((protocol) => offered.includes(protocol));
}
