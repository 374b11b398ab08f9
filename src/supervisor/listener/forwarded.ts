import { isIP } from 'node:net';
import type { HandshakeRequest } from '../../transport/transport.js';
import { plainAddress } from './remote-block.js';
import { fieldOf } from './request.js';

/** What proxies say of the request that they have passed on. Each list has what the nearest proxy says last. */
export interface Forwarded {
  /** The addresses from which the proxies had the request. */
  readonly addresses: readonly (string | undefined)[];
  readonly schemes: readonly (string | undefined)[];
  readonly hosts: readonly (string | undefined)[];
}

type Headers = HandshakeRequest['headers'];

/** Reads `X-Forwarded-For`, `X-Forwarded-Proto`, and `X-Forwarded-Host`, which no standard describes. */
export function readXForwarded(headers: Headers): Forwarded {
  return {
    addresses: listOf(fieldOf(headers, 'x-forwarded-for')).map(addressIn),
    schemes: listOf(fieldOf(headers, 'x-forwarded-proto')).map(schemeIn),
    hosts: listOf(fieldOf(headers, 'x-forwarded-host')),
  };
}

/**
 * Reads `Forwarded` (RFC 7239).
 *
 * @returns `undefined` for a malformed field: what is a proxy's in it is not known.
 */
export function readForwarded(headers: Headers): Forwarded | undefined {
  const elements = elementsOf(fieldOf(headers, 'forwarded') ?? '');
  return (
    elements && {
      addresses: elements.map(({ for: node }) => (node === undefined ? undefined : addressIn(node))),
      schemes: elements.map(({ proto }) => (proto === undefined ? undefined : schemeIn(proto))),
      hosts: elements.map(({ host }) => host),
    }
  );
}

/** An address with or without a port; `undefined` for a node that has another name, or none (RFC 7239 section 6). */
function addressIn(node: string): string | undefined {
  const [, literal, ipv4] = NODE.exec(node) ?? [];
  const address = plainAddress(literal ?? ipv4 ?? node);
  return isIP(address) === 0 ? undefined : address;
}

/** An IPv6 address in brackets, or an IPv4 address, each with or without a port. */
const NODE = /^(?:\[([^\]]+)\]|([\d.]+))(?::[\w.-]+)?$/;

function schemeIn(scheme: string): string {
  const lower = scheme.toLowerCase();
  if (lower === 'wss') return 'https';
  return lower === 'ws' ? 'http' : lower;
}

function listOf(field: string | undefined): string[] {
  return field?.split(',').map((entry) => entry.trim()) ?? [];
}

/** The elements of a `Forwarded` field, each with its parameters by lower-case name. */
function elementsOf(field: string): Record<string, string>[] | undefined {
  const elements: Record<string, string>[] = [];
  let element: Record<string, string> = {};
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < field.length) {
    const [, name = '', token, quoted, end] = PAIR.exec(field) ?? [];
    if (end === undefined) return undefined;
    if (name !== '') {
      const key = name.toLowerCase();
      // Each parameter may be there once.
      if (Object.hasOwn(element, key)) return undefined;
      element[key] = quoted === undefined ? (token ?? '') : quoted.replaceAll(/\\(.)/g, '$1');
    }
    if (end === ';') continue;
    if (Object.keys(element).length > 0) elements.push(element);
    element = {};
  }
  // A field does not end with a semicolon, unless nothing but spaces came after it.
  if (Object.keys(element).length > 0) elements.push(element);
  return elements;
}

/** A parameter, and what ends it (RFC 7239 section 4). Lists may have empty members (RFC 9110 section 5.6.1). */
const PAIR = /[ \t]*(?:([\w!#$%&'*+.^`|~-]+)=(?:([\w!#$%&'*+.^`|~:[\]-]*)|"((?:[^"\\]|\\.)*)"))?[ \t]*([;,]|$)/y;
