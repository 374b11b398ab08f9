import type { MsgHdrs } from '@nats-io/transport-node';
import type { Nats } from './load-nats.js';

/** Header fields as NATS has them. */
export function headersOf(nats: Nats, fields: Readonly<Record<string, string>>): MsgHdrs {
  const headers = nats.headers();
  for (const [name, value] of Object.entries(fields)) headers.set(name, value);
  return headers;
}

/** Header fields of NATS as the port has them. */
export function fieldsOf(headers: MsgHdrs | undefined): Readonly<Record<string, string>> {
  if (headers === undefined) return {};
  return Object.fromEntries(headers.keys().map((name) => [name.toLowerCase(), headers.get(name)]));
}
