import type { HandshakeRequest } from '../../../transport/transport.js';
import { isLoopback } from '../../access/loopback.js';

/** Fields that say that a proxy has passed the request on: then the address is the proxy's. */
const PROXIED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * Whether a request comes from this machine and means it: that of a page whose name was pointed at loopback (DNS
 * rebinding) names another host.
 */
export function isLocal({ headers, remoteAddress }: Pick<HandshakeRequest, 'headers' | 'remoteAddress'>): boolean {
  const host = fieldOf(headers, 'host');
  return (
    remoteAddress !== undefined &&
    isLoopback(remoteAddress.replace(/^::ffff:/i, '')) &&
    host !== undefined &&
    isLoopbackName(host) &&
    PROXIED.every((name) => fieldOf(headers, name) === undefined)
  );
}

/** Whether a request was made by another site's page. Browsers say so; other clients send neither field. */
export function isCrossSite({ headers }: Pick<HandshakeRequest, 'headers'>): boolean {
  const site = fieldOf(headers, 'sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = fieldOf(headers, 'origin');
  if (origin === undefined) return false;
  const host = fieldOf(headers, 'host')
    ?.toLowerCase()
    .replace(/:(?:80|443)$/, '');
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/** One header field; several of one name are joined. */
export function fieldOf(headers: HandshakeRequest['headers'], name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}

function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  return name.endsWith('.localhost') || isLoopback(name.replace(/^\[(.*)\]$/, '$1'));
}
