import type { HandshakeRequest, HttpAnswer } from '../../transport/transport.js';
import type { ListenOptions } from '../api/listener.js';
import { checkNumber, isList, readList, readOptions, show, wrongOption } from '../options/option-rules.js';
import { AddressSet } from './address-set.js';
import { type Forwarded, readForwarded, readXForwarded } from './forwarded.js';
import { hostOf } from './host.js';
import { requestTarget } from './request-target.js';

/** A request as its client made it, as far as the proxies in between are trusted. */
export interface ClientRequest {
  readonly request: HandshakeRequest;
  /** The scheme that the client used, if a trusted proxy has said so. */
  readonly scheme?: 'http' | 'https' | undefined;
  /** Why the request cannot be taken. */
  readonly fault?: HttpAnswer;
}

/**
 * Compiles a listener's `trustProxy` to a function that reads who the client is. What a proxy says is believed of
 * trusted proxies only, from the nearest on: what strangers have sent through them is further away.
 *
 * @throws {OptionError} for anything but a list of addresses and ranges, a number of proxies, and an object of these.
 */
export function compileProxies(given: ListenOptions['trustProxy']): (request: HandshakeRequest) => ClientRequest {
  if (given === undefined) return (request) => ({ request });
  const { trusts, read } = settingsOf(given);
  return (request) => {
    if (!trusts(request.remoteAddress, 0)) return { request };
    const forwarded = read(request.headers);
    return forwarded === undefined ? { request, fault: MALFORMED } : clientOf(request, forwarded, trusts);
  };
}

/** Whether an address is that of a proxy. @param index how many proxies are nearer. */
type Trusts = (address: string | undefined, index: number) => boolean;

const MALFORMED: HttpAnswer = { status: 400, body: 'The Forwarded header is malformed.' };

/** Names for ranges of addresses. */
const RANGES: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
};

const ALLOWED =
  'allowed are a number of proxies, a list of addresses and ranges such as ["loopback", "10.0.0.0/8"], ' +
  'and { from, header } with one of these as from';

function settingsOf(given: NonNullable<ListenOptions['trustProxy']>) {
  const where = 'listen: trustProxy';
  if (typeof given === 'number' || isList(given)) return { trusts: trustIn(given, where), read: readXForwarded };
  if (typeof given !== 'object' || given === null) throw wrongOption(where, `is ${show(given)}; ${ALLOWED}`);
  const { from, header = 'x-forwarded' } = readOptions(given, ['from', 'header'], where);
  if (header !== 'x-forwarded' && header !== 'forwarded')
    throw wrongOption(`${where}.header`, `is ${show(header)}; allowed are "x-forwarded" and "forwarded"`);
  const read = header === 'forwarded' ? readForwarded : readXForwarded;
  return { trusts: trustIn(from, `${where}.from`), read };
}

function trustIn(from: unknown, where: string): Trusts {
  if (typeof from === 'number') {
    const most = { least: 0, most: Number.MAX_SAFE_INTEGER, isWhole: true, allowed: 'whole numbers from 0 on' };
    const proxies = checkNumber(from, most, where);
    return (_address, index) => index < proxies;
  }
  if (!isList(from)) throw wrongOption(where, `is ${show(from)}; ${ALLOWED}`);
  const trusted = new AddressSet();
  for (const [index, entry] of readList(from, where, 'addresses').entries()) {
    const entries = typeof entry === 'string' ? (Object.hasOwn(RANGES, entry) ? RANGES[entry] : [entry]) : undefined;
    if (entries?.every((range) => trusted.add(range)) !== true) {
      const allowed = 'allowed are IP addresses, ranges such as "10.0.0.0/8", "loopback", and "private"';
      throw wrongOption(`${where}[${index}]`, `is ${show(entry)}; ${allowed}`);
    }
  }
  return (address) => address !== undefined && trusted.has(address);
}

function clientOf(request: HandshakeRequest, forwarded: Forwarded, trusts: Trusts): ClientRequest {
  const { addresses, schemes, hosts } = forwarded;
  let { remoteAddress } = request;
  let passed = 0;
  while (passed < addresses.length && trusts(remoteAddress, passed)) {
    const from = addresses.at(-1 - passed);
    passed += 1;
    // A proxy does not say from where it had the request: its own address is the last that is known.
    if (from === undefined) break;
    remoteAddress = from;
  }
  const said = saidBy(passed, schemes);
  const scheme = said === 'http' || said === 'https' ? said : undefined;
  const isSecure = scheme === undefined ? request.isSecure : scheme === 'https';
  return { request: { ...request, ...meantFor(request, saidBy(passed, hosts)), remoteAddress, isSecure }, scheme };
}

/**
 * What the outermost trusted proxy says. One that says it once for all, instead of adding to what it was given, has
 * the last word.
 */
function saidBy(passed: number, list: readonly (string | undefined)[]): string | undefined {
  return list[Math.max(0, list.length - Math.max(1, passed))];
}

/** The target and the header fields of a request that was made for another host than its Host header says. */
function meantFor(request: HandshakeRequest, host: string | undefined): Partial<HandshakeRequest> {
  // A request without one Host is faulty, whatever a proxy adds to it.
  if (host === undefined || host === '' || hostOf(request) === undefined) return {};
  const headers = { ...request.headers, host };
  const target = requestTarget(request.url);
  return target?.authority === undefined ? { headers } : { headers, url: `${target.path}${target.query}` };
}
