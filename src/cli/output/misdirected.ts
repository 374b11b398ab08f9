import type { IncomingMessage } from 'node:http';
import { type LogEntry, logEntry } from '../../inspect/index.js';
import type { Masking } from '../../inspect/redaction/masked.js';

/** A plain request for a host that is not served here. */
export function misdirected(
  { url = '', headers: { host = '' }, socket: { remoteAddress } }: IncomingMessage,
  masking: Masking,
): LogEntry {
  const from = remoteAddress ?? 'an unknown address';
  const why = `host ${JSON.stringify(host)} is not served here; see --host-name`;
  const text = `${masking.url(url)} from ${from} with 421 (${why})`;
  return logEntry('request.refused', 'refused', {
    text,
    fields: { status: 421, why: 'host', url, host, remoteAddress },
  });
}
