import { readFileSync } from 'node:fs';
import { holdLiveHeap } from '../shared/live-heap.mjs';

/**
 * What a bench server does with its connections.
 *
 * - `echo`: sends every message back.
 * - `broadcast`: a message that holds a number makes it send that many messages to everybody.
 * - `firehose`: a message makes it send messages back without end, with regard for backpressure.
 * - `slow`: a binary message takes 5 ms of waiting, one after the other; text is sent back.
 * - `receive`: is no server, but dials the load, and counts what comes.
 *
 * `tls` has the files of the certificate and its key, where it speaks TLS, or trusts the load that does. `liveHeapMiB` is
 * how much else lives in the process.
 *
 * A node of a cluster also has `brokerPort`, and `hasHistory`; it says what it is told to everybody on all nodes.
 *
 * @typedef {{ mode: 'echo' | 'broadcast' | 'firehose' | 'slow' | 'receive', isDeflated: boolean, payloadBytes: number,
 * tls?: { cert: string, key: string }, liveHeapMiB?: number, brokerPort?: number, hasHistory?: boolean }} Settings
 */

/** @returns {Settings} from the first argument, a JSON object; the live heap is there from now on */
export function readSettings() {
  const settings = { mode: 'echo', isDeflated: false, payloadBytes: 64, ...JSON.parse(process.argv[2] ?? '{}') };
  if (settings.liveHeapMiB > 0) holdLiveHeap(settings.liveHeapMiB);
  return settings;
}

/** The certificate and its key for those who speak TLS; `undefined` for others. */
export function identityOf({ tls }) {
  return tls === undefined ? undefined : { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
}

/** What `broadcast` and `firehose` send. */
export function payloadOf(settings) {
  return 'wirekeeper '.repeat(Math.ceil(settings.payloadBytes / 11)).slice(0, settings.payloadBytes);
}

/** What `slow` awaits per binary message. */
export const SLOW_MS = 5;
