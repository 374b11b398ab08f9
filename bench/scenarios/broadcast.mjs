import { alternate } from '../run/alternate.mjs';

const SIZES = { full: { rounds: 6, ms: 500 }, quick: { rounds: 4, ms: 300 }, smoke: { rounds: 3, ms: 200 } };
const PAYLOAD_BYTES = 64;

/** One message to everybody, single and ten at a time. */
const broadcast = (receivers) => ({
  name: `broadcast-${receivers}`,
  title: `broadcast of ${PAYLOAD_BYTES} B to ${receivers.toLocaleString('en')}`,
  chart: 'singleCpuUs',
  run: (bench) => {
    const { rounds, ms } = SIZES[bench.size];
    return alternate(bench, {
      settings: { mode: 'broadcast', payloadBytes: PAYLOAD_BYTES },
      rounds,
      prepare: ({ load }) => load.ask('open', { count: receivers }),
      slice: async (contestant) => {
        const single = await contestant.measure('broadcast', { burst: 1, ms });
        const burst = await contestant.measure('broadcast', { burst: 10, ms });
        return {
          singleCpuUs: single.cpuUs / single.deliveries,
          burstCpuUs: burst.cpuUs / burst.deliveries,
          singleLastUs: single.p50Us,
          ...(await blockOf(contestant, ms)),
        };
      },
    });
  },
});

/** How long a broadcast blocks the server's loop; a slice of its own, since watching costs something. Not of Go. */
async function blockOf(contestant, ms) {
  if (contestant.peer === 'gorilla') return {};
  await contestant.server.ask('watchLoop');
  await contestant.load.ask('broadcast', { burst: 1, ms });
  const { maxUs } = await contestant.server.ask('loopDelay');
  return { blockMs: maxUs / 1000 };
}

export const broadcastScenarios = [broadcast(100), broadcast(1000), broadcast(10_000)];
