import { isIPv4, isIPv6 } from 'node:net';

/**
 * The block of addresses that counts as one client: a single IPv4 address, or the /64 of an IPv6 address, since hosts
 * choose the rest of it freely.
 *
 * @returns a name for the block; `undefined` if there is no IP address, as with a Unix socket.
 */
export function remoteBlock(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const [plain = ''] = address.split('%', 1);
  const ipv4 = MAPPED.exec(plain)?.[1] ?? plain;
  if (isIPv4(ipv4)) return ipv4;
  if (!isIPv6(plain)) return undefined;
  const [before = '', after] = plain.split('::');
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const zeros = Array.from({ length: after === undefined ? 0 : GROUPS - head.length - tail.length }, () => '0');
  return `${[...head, ...zeros, ...tail].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** An IPv4 address as IPv6 writes it (RFC 4291 section 2.5.5.2). */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

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
