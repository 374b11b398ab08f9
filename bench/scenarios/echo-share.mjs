import { paired } from '../run/paired.mjs';

/** The contestant that is ours; `undefined` if it does not take part. */
export function supervisedIn(bench) {
  return bench.peersFor('echo').find(({ name }) => name === 'supervised');
}

/**
 * Measures the echoes of our own server with something against without.
 *
 * @param {import('../run/bench.mjs').Bench} bench
 * @param {object} plan
 * @param {string} plan.metric the ratio of messages per second
 * @param {number} plan.connections
 * @param {number} plan.inFlight
 * @param {number} plan.ms of one measurement
 * @param {number} plan.rounds
 * @param {(contestant: import('../run/contestant.mjs').Contestant) => Promise<() => Promise<unknown>>} plan.begin begins
 * what is judged, and returns what ends it
 */
export async function echoShare(bench, { metric, connections, inFlight, ms, rounds, begin }) {
  const peer = supervisedIn(bench);
  if (peer === undefined) return new Map();
  const pairs = await paired(bench, {
    peer,
    settings: { mode: 'echo' },
    rounds,
    prepare: async ({ load }) => {
      await load.ask('open', { count: connections });
      await load.ask('prepare', { payloadBytes: 64, atOnce: inFlight });
    },
    measure: async (contestant) => (await contestant.measure('echo', { inFlight, ms })).perSecond,
    begin,
  });
  if (pairs === undefined) return new Map();
  const slices = pairs.map((pair) => ({ [metric]: pair.with / pair.without, perSecond: pair.with }));
  return new Map([[peer.name, slices]]);
}
