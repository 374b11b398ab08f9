import { lookup as lookupAtSystem } from 'node:dns';
import { isIP, type Socket } from 'node:net';
import { ByteReader } from './byte-reader.js';
import { ProxyRefusal, proxyName, unanswered } from './proxy-refusal.js';
import { credentialsOf, type ProxySettings, placeOf, type Target } from './proxy-settings.js';

const VERSION = 5;
const CONNECT = 1;
const DEFAULT_PORT = 1080;

/** Methods of authentication (RFC 1928 section 3). */
const NO_AUTHENTICATION = 0;
const USER_AND_PASSWORD = 2;

/** Types of addresses (RFC 1928 section 5). */
const IP_V4 = 1;
const NAME = 3;
const IP_V6 = 4;

/** What a reply other than 0 means (RFC 1928 section 6). */
const REPLIES: Readonly<Record<number, string>> = {
  1: 'it has failed',
  2: 'its rules do not allow it',
  3: 'the network is unreachable',
  4: 'the host is unreachable',
  5: 'the server refused the connection',
  6: 'the TTL has expired',
  7: 'it does not know the command',
  8: 'it does not know the type of address',
};

/**
 * Asks a SOCKS5 proxy for a connection to a server (RFC 1928, and RFC 1929 for a user with a password). With `socks5:`
 * this side looks the server's name up, with `socks5h:` the proxy.
 *
 * @returns a socket whose other end is the server.
 * @throws {ProxyRefusal} when the proxy refuses; an error that names the proxy when it cannot be reached, or does not
 *   speak SOCKS5. Both by rejection.
 */
export async function throughSocks(
  proxy: URL,
  target: Target,
  settings: ProxySettings,
  signal: AbortSignal,
): Promise<Socket> {
  const name = proxyName(proxy);
  const host = proxy.protocol === 'socks5h:' ? target.host : await addressOf(target.host, settings);
  const reading = new ByteReader(placeOf(proxy, DEFAULT_PORT), settings, signal);
  try {
    await authenticate(reading, proxy, name);
    reading.write(Buffer.concat([Buffer.from([VERSION, CONNECT, 0]), addressBytes(host), portBytes(target.port)]));
    const [version, reply = 0, , type] = await reading.next(4);
    if (version !== VERSION) throw new Error('its answer is not one of SOCKS5');
    if (reply !== 0) throw new ProxyRefusal(`the proxy ${name} did not connect: ${REPLIES[reply] ?? `reply ${reply}`}`);
    // The address that the proxy dials from, and its port; nobody needs them.
    const length = type === NAME ? (await reading.next(1))[0] : type === IP_V6 ? 16 : 4;
    await reading.next((length ?? 0) + 2);
    return reading.release();
  } catch (error) {
    reading.destroy();
    if (error instanceof ProxyRefusal) throw error;
    throw unanswered(proxy, error as Error, signal);
  }
}

/** RFC 1928 section 3, and RFC 1929. */
async function authenticate(reading: ByteReader, proxy: URL, name: string): Promise<void> {
  const credentials = credentialsOf(proxy);
  const methods = credentials === undefined ? [NO_AUTHENTICATION] : [NO_AUTHENTICATION, USER_AND_PASSWORD];
  reading.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await reading.next(2);
  if (version !== VERSION) throw new Error('its answer is not one of SOCKS5');
  if (method === NO_AUTHENTICATION) return;
  if (method !== USER_AND_PASSWORD || credentials === undefined)
    throw new ProxyRefusal(
      credentials === undefined
        ? `the proxy ${name} wants a user and a password, or does not know this side`
        : `the proxy ${name} does not take a user and a password`,
    );
  const [user, password] = [Buffer.from(credentials.user), Buffer.from(credentials.password)];
  if (user.length > 255 || password.length > 255)
    throw new Error('the user or the password has more than 255 bytes, the most that SOCKS5 allows');
  reading.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]));
  const [, status] = await reading.next(2);
  if (status !== 0) throw new ProxyRefusal(`the proxy ${name} did not accept the user and password`);
}

async function addressOf(host: string, { lookup = lookupAtSystem, family = 0 }: ProxySettings) {
  if (isIP(host) !== 0) return host;
  return new Promise<string>((resolve, reject) => {
    lookup(host, { family }, (error, address) => {
      if (error === null) resolve(typeof address === 'string' ? address : (address[0]?.address ?? host));
      else reject(error);
    });
  });
}

function addressBytes(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from([IP_V4, ...host.split('.').map(Number)]);
  if (isIP(host) === 6) return Buffer.from([IP_V6, ...groupsOf(host).flatMap((group) => [group >> 8, group & 0xff])]);
  const name = Buffer.from(host);
  if (name.length > 255) throw new Error('the name of the server has more than 255 bytes, the most that SOCKS5 allows');
  return Buffer.concat([Buffer.from([NAME, name.length]), name]);
}

/** The eight groups of an IPv6 address. `URL` writes each of them in hexadecimal digits. */
function groupsOf(address: string): number[] {
  const [before = '', after] = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [left, right] = [groups(before), groups(after ?? '')];
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

function portBytes(port: number): Buffer {
  return Buffer.from([port >> 8, port & 0xff]);
}
