import { alternate } from '../run/alternate.mjs';

const SIZES = { full: { rounds: 6, ms: 500 }, quick: { rounds: 4, ms: 300 }, smoke: { rounds: 3, ms: 200 } };

/** One message to everybody, single and ten at a time. */
const broadcast = (name, title, { receivers, payloadBytes = 64, isDeflated = false }) => ({
  name,
  title,
  chart: 'singleCpuUs',
  run: (bench) => {
    const { rounds, ms } = SIZES[bench.size];
    return alternate(bench, {
      settings: { mode: 'broadcast', payloadBytes, isDeflated },
      rounds,
      prepare: async ({ load }) => {
        await load.ask('open', { count: receivers });
        if (isDeflated && !(await load.ask('prepare', { payloadBytes, atOnce: 1, isEchoed: false })).isDeflated)
          throw new Error('the server did not agree to permessage-deflate');
      },
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

export const broadcastScenarios = [
  broadcast('broadcast-100', 'broadcast of 64 B to 100', { receivers: 100 }),
  broadcast('broadcast-1000', 'broadcast of 64 B to 1,000', { receivers: 1000 }),
  broadcast('broadcast-10000', 'broadcast of 64 B to 10,000', { receivers: 10_000 }),
  broadcast('broadcast-deflate', 'broadcast of 2 KiB to 1,000 with permessage-deflate', {
    receivers: 1000,
    payloadBytes: 2048,
    isDeflated: true,
  }),
];
