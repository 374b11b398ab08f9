/**
 * What a bench server does with its connections.
 *
 * - `echo`: sends every message back.
 * - `broadcast`: a message that holds a number makes it send that many messages to everybody.
 * - `firehose`: a message makes it send messages back without end, with regard for backpressure.
 * - `slow`: a binary message takes 5 ms of waiting, one after the other; text is sent back.
 *
 * @typedef {{ mode: 'echo' | 'broadcast' | 'firehose' | 'slow', isDeflated: boolean, payloadBytes: number }} Settings
 */

/** @returns {Settings} from the first argument, a JSON object */
export function readSettings() {
  return { mode: 'echo', isDeflated: false, payloadBytes: 64, ...JSON.parse(process.argv[2] ?? '{}') };
}

/** What `broadcast` and `firehose` send. */
export function payloadOf(settings) {
  return 'wirekeeper '.repeat(Math.ceil(settings.payloadBytes / 11)).slice(0, settings.payloadBytes);
}

/** What `slow` awaits per binary message. */
export const SLOW_MS = 5;
