import { alternateOf } from '../run/alternate.mjs';
import { ClusterContestant, clusters } from '../run/cluster-contestant.mjs';

const SIZES = { full: { rounds: 6, ms: 2000 }, quick: { rounds: 3, ms: 1500 }, smoke: { rounds: 2, ms: 1000 } };
const MEMBERS = 2000;
const PAYLOAD_BYTES = 128;
/** On their way at once, to see how much goes through. */
const IN_FLIGHT = 16;
/** One after the other, at a rate that all of them keep up with, to see latencies and the cost of each. */
const PER_SECOND = 10;

/**
 * Two nodes and a message broker: what one of 2,000 connections says goes to all of them. ws by hand has them in one
 * process: what a delivery costs there is the measure of what one costs here.
 */
const cluster = (name, what, hasHistory) => ({
  name,
  title: `2 nodes with ${MEMBERS.toLocaleString('en')} members, ${PAYLOAD_BYTES} B: ${what}`,
  chart: 'deliveriesPerSecond',
  run: (bench) => {
    const { rounds, ms } = SIZES[bench.size];
    const taking = bench.peersFor('broadcast').filter(({ name: peer }) => Object.hasOwn(clusters, peer));
    const entering = taking.map(
      ({ name: peer }) =>
        () =>
          bench.enterAs(
            peer,
            (pinning) => ClusterContestant.start(peer, pinning, { mode: 'broadcast', hasHistory }),
            async (contestant) => {
              await contestant.open(MEMBERS);
              await contestant.load.ask('prepare', { payloadBytes: PAYLOAD_BYTES, atOnce: 1, isEchoed: false });
            },
          ),
    );
    return alternateOf(bench, entering, {
      rounds,
      slice: async (contestant) => {
        const many = await contestant.measure('topic', { inFlight: IN_FLIGHT, ms });
        const each = await contestant.measure('pacedTopic', { perSecond: PER_SECOND, ms: ms * 2 });
        return {
          deliveriesPerSecond: many.deliveriesPerSecond,
          manyCpuUsPerDelivery: many.cpuUs / many.deliveries,
          cpuUsPerDelivery: each.cpuUs / each.deliveries,
          p50Us: each.p50Us,
          p99Us: each.p99Us,
          loadBusy: many.loadBusy,
        };
      },
    });
  },
});

export const clusterScenarios = [
  cluster('cluster', 'ours on NATS, socket.io on Redis', false),
  cluster('cluster-history', 'ours with a history in JetStream, socket.io on Redis without one', true),
];
