import { alternate } from '../run/alternate.mjs';

const SIZES = { full: { rounds: 10, ms: 500 }, quick: { rounds: 5, ms: 400 }, smoke: { rounds: 3, ms: 300 } };

/** Connect, opening handshake, closing handshake, over and over. */
export const accept = {
  name: 'accept',
  title: 'accept storm: connect, handshake, close, 64 at once',
  chart: 'cpuUsPerAccept',
  run: (bench) => {
    const { rounds, ms } = SIZES[bench.size];
    return alternate(bench, {
      settings: { mode: 'echo' },
      rounds,
      warmUps: 4,
      prepare: async () => {},
      slice: async (contestant) => {
        const { total, perSecond, p50Us, p99Us, p999Us, loadBusy, cpuUs } = await contestant.measure('storm', {
          atOnce: 64,
          ms,
        });
        return { acceptsPerSecond: perSecond, cpuUsPerAccept: cpuUs / total, p50Us, p99Us, p999Us, loadBusy };
      },
    });
  },
};
