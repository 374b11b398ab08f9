import { BlockList, isIP } from 'node:net';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'ws:': '80', 'wss:': '443' };

/** The variable that names the proxy for a scheme. `ALL_PROXY` holds for both. */
const VARIABLES: Readonly<Record<string, string>> = { 'ws:': 'HTTP_PROXY', 'wss:': 'HTTPS_PROXY' };

/** The protocols in which a proxy is spoken to. */
const PROXY_SCHEMES: readonly string[] = ['http:', 'https:', 'socks5:', 'socks5h:'];

/**
 * The proxy that the environment wants for a URL, as curl reads it: `HTTPS_PROXY` for `wss:`, `HTTP_PROXY` for `ws:`,
 * `ALL_PROXY` for either, and none for what `NO_PROXY` lists. Each name in lower case goes first.
 *
 * @throws {Error} for a variable that is no URL of a proxy. The message does not show its value.
 */
export function proxyOfEnvironment(target: URL, environment: Environment): URL | undefined {
  const own = VARIABLES[target.protocol];
  if (own === undefined || isExempt(target, valueOf('NO_PROXY', environment) ?? '')) return undefined;
  const [name] = [own, 'ALL_PROXY'].filter((variable) => valueOf(variable, environment) !== undefined);
  const value = name === undefined ? undefined : valueOf(name, environment);
  if (value === undefined) return undefined;
  // Most programs take `proxy.example.com:3128` as well.
  const text = value.includes('://') ? value : `http://${value}`;
  if (URL.canParse(text)) {
    const proxy = new URL(text);
    if (PROXY_SCHEMES.includes(proxy.protocol) && proxy.hostname !== '') return proxy;
  }
  throw new Error(`${name} is no URL of a proxy; its scheme must be http:, https:, socks5:, or socks5h:.`);
}

/** An empty variable counts as not set. */
function valueOf(name: string, environment: Environment): string | undefined {
  return [environment[name.toLowerCase()], environment[name]].find((value) => value !== undefined && value !== '');
}

/** Whether `NO_PROXY` lists a URL's host: names with all names below them, addresses, networks, each perhaps a port. */
function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const ownPort = port === '' ? DEFAULT_PORTS[protocol] : port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const { name, onlyPort } = parsed(entry);
      return (onlyPort === undefined || onlyPort === ownPort) && isListed(host, name);
    });
}

/** The parts of an entry. An IPv6 address with a port is in brackets. */
function parsed(entry: string): { readonly name: string; readonly onlyPort: string | undefined } {
  const [, bracketed, plain, onlyPort] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return { name: bracketed ?? plain ?? entry, onlyPort };
}

function isListed(host: string, name: string): boolean {
  if (name === '*') return true;
  if (isIP(host) !== 0) return isInNetwork(host, name);
  const domain = name.replace(/^\*?\./, '');
  return host === domain || host.endsWith(`.${domain}`);
}

function isInNetwork(address: string, network: string): boolean {
  const [first = '', bits] = network.split('/');
  if (isIP(first) === 0 || isIP(first) !== isIP(address)) return false;
  const family = isIP(first) === 6 ? 'ipv6' : 'ipv4';
  const longest = family === 'ipv6' ? 128 : 32;
  const prefix = bits === undefined ? longest : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > longest) return false;
  const networks = new BlockList();
  networks.addSubnet(first, prefix, family);
  return networks.check(address, family);
}
