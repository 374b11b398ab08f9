import { isIPv4, isIPv6 } from 'node:net';

/** Returns an address without its zone, and an IPv4 address in IPv4's own form. */
export function plainAddress(address: string): string {
  const zone = address.indexOf('%');
  const plain = zone < 0 ? address : address.slice(0, zone);
  return MAPPED.exec(plain)?.[1] ?? plain;
}

/** Whether an address is not on the internet (RFC 6890): it is of this machine, or of a private network. */
export function isPrivate(address: string): boolean {
  return NOT_PUBLIC.test(plainAddress(address));
}

/**
 * The block of addresses that counts as one client: a single IPv4 address, or the /64 of an IPv6 address, since hosts
 * choose the rest of it freely.
 *
 * @returns a name for the block; `undefined` if there is no IP address, as with a Unix socket.
 */
export function remoteBlock(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const plain = plainAddress(address);
  if (isIPv4(plain)) return plain;
  if (!isIPv6(plain)) return undefined;
  const [before = '', after] = plain.split('::');
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const zeros = Array.from({ length: after === undefined ? 0 : GROUPS - head.length - tail.length }, () => '0');
  return `${[...head, ...zeros, ...tail].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** An IPv4 address as IPv6 writes it (RFC 4291 section 2.5.5.2). */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Loopback, private networks, link-local addresses, and those of carriers' NAT. */
const NOT_PUBLIC = new RegExp(
  [
    String.raw`^127\.|^10\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\.`,
    String.raw`^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.`,
    '^::1$|^f[cd][0-9a-f]{2}:|^fe[89ab][0-9a-f]:',
  ].join('|'),
  'i',
);

/** The groups of 16 bits that name a network; the other four are its hosts' to choose (RFC 4291 section 2.5.4). */
const NETWORK_GROUPS = 4;
const GROUPS = 8;

/** The groups on one side of `::`; an IPv4 address at the end stands for two. */
function groupsOf(side: string): string[] {
  return side === ''
    ? []
    : side
        .split(':')
        .flatMap((group) => (group.includes('.') ? ['0', '0'] : [group.replace(/^0+(?=.)/, '').toLowerCase()]));
}
