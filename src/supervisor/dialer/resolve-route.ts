import { isIP } from 'node:net';
import { maskedUrl } from '../../transport/masked-url.js';
import type { DialRoute, DialTcpOptions } from '../../transport/transport.js';
import type { DialOptions } from '../api/dial-options.js';
import {
  checkFunction,
  checkNumber,
  checkObject,
  isInstance,
  nameOf,
  read,
  readOptions,
  show,
  wrongOption,
} from '../options/option-rules.js';

const TCP_KEYS = [
  'lookup',
  'family',
  'localAddress',
  'autoSelectFamilyAttemptTimeoutMs',
] as const satisfies readonly (keyof DialTcpOptions)[];

const PROXY_SCHEMES: readonly string[] = ['http:', 'https:', 'socks5:', 'socks5h:'];

/**
 * Checks the options for the way of a dial.
 *
 * @throws {OptionError} with the option's name, the value without its secrets, and what is allowed.
 */
export function resolveRoute(
  { agent, proxy, tcp }: Pick<DialOptions, 'agent' | 'proxy' | 'tcp'>,
  call: string,
): DialRoute {
  if (agent !== undefined && proxy !== undefined)
    throw wrongOption(`${call}: agent`, 'is given beside proxy; give one of them');
  return {
    ...(agent === undefined ? {} : { agent: resolveAgent(agent, `${call}: agent`) }),
    ...(proxy === undefined ? {} : { proxy: resolveProxy(proxy, `${call}: proxy`) }),
    ...(tcp === undefined ? {} : { tcp: resolveTcp(tcp, `${call}: tcp`) }),
  };
}

/**
 * Checks that a way leads to a URL.
 *
 * @throws {OptionError} for a proxy before a socket of this machine, and for an agent of Node's for another scheme.
 */
export function checkWay(url: string, { agent, proxy }: DialRoute, call: string): void {
  const { protocol } = new URL(url);
  if (protocol === 'ws+unix:' && proxy !== undefined && proxy !== 'environment')
    throw wrongOption(`${call}: proxy`, 'cannot lead to a ws+unix: URL, a socket of this machine; leave it out');
  if (agent === undefined) return;
  const wanted = protocol === 'wss:' ? 'https:' : 'http:';
  // Agents of packages find out by themselves what they are used for; Node's are for one scheme.
  const own = read(
    () => (Object.hasOwn(agent, 'protocol') ? (agent as { readonly protocol?: unknown }).protocol : wanted),
    `${call}: agent.protocol`,
  );
  if (own !== wanted)
    throw wrongOption(
      `${call}: agent`,
      `is for ${show(own)}; for ${protocol} URLs it must be an Agent of node:${wanted.slice(0, -1)}`,
    );
}

function resolveAgent(agent: NonNullable<DialOptions['agent']>, where: string) {
  checkObject(agent, where);
  const has = (method: string) =>
    typeof read(() => (agent as unknown as Record<string, unknown>)[method], where) === 'function';
  if (has('addRequest')) return agent;
  throw wrongOption(
    where,
    has('dispatch')
      ? 'is a dispatcher of undici, with which node:http makes no requests; it must be an http.Agent'
      : 'has no method addRequest; it must be an http.Agent',
  );
}

function resolveProxy(proxy: NonNullable<DialOptions['proxy']>, where: string): string {
  if (proxy === 'environment') return proxy;
  if (typeof proxy !== 'string' && !isInstance(proxy, URL))
    throw wrongOption(where, `is ${show(proxy)}; it must be "environment", a text, or a URL`);
  const given = read(() => String(proxy), where);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url !== undefined && PROXY_SCHEMES.includes(url.protocol) && url.hostname !== '') return url.href;
  throw wrongOption(
    where,
    `is ${show(maskedUrl(given))}; it must be "environment" or an http:, https:, socks5:, or socks5h: URL with a host`,
  );
}

function resolveTcp(given: DialTcpOptions, where: string): DialTcpOptions {
  const tcp = readOptions(given, TCP_KEYS, where);
  const { lookup, family, localAddress, autoSelectFamilyAttemptTimeoutMs } = tcp;
  if (lookup !== undefined) checkFunction(lookup, nameOf(where, 'lookup'));
  if (family !== undefined && family !== 4 && family !== 6)
    throw wrongOption(nameOf(where, 'family'), `is ${show(family)}; allowed are 4 and 6`);
  if (localAddress !== undefined && (typeof localAddress !== 'string' || isIP(localAddress) === 0))
    throw wrongOption(nameOf(where, 'localAddress'), `is ${show(localAddress)}; it must be an IP address`);
  if (autoSelectFamilyAttemptTimeoutMs !== undefined)
    checkNumber(
      autoSelectFamilyAttemptTimeoutMs,
      // Node takes less for 10.
      { least: 10, most: 2 ** 31 - 1, isWhole: true, allowed: 'whole numbers of ms from 10 to 2147483647' },
      nameOf(where, 'autoSelectFamilyAttemptTimeoutMs'),
    );
  return tcp;
}
