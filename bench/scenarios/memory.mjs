import { alternateFresh } from '../run/alternate.mjs';

const SIZES = {
  full: { rounds: 3, connections: 9000 },
  quick: { rounds: 3, connections: 5000 },
  smoke: { rounds: 3, connections: 4000 },
};
/** Opened, used, and closed before the first look, so that code, pools, and tables are there. */
const WARM_UP = 500;

/** Idle connections, in a fresh process each time. */
export const memory = {
  name: 'memory',
  title: 'memory of idle connections',
  chart: 'liveKbPerConnection',
  run: (bench) => {
    const { rounds, connections } = SIZES[bench.size];
    return alternateFresh(bench, {
      settings: { mode: 'echo' },
      rounds,
      prepare: async ({ load }) => {
        await load.ask('open', { count: WARM_UP });
        await load.ask('prepare', { payloadBytes: 64, atOnce: 1 });
        await load.ask('end', { how: 'close' });
      },
      slice: async ({ server, load }) => {
        const before = await server.ask('memory');
        await load.ask('open', { count: connections });
        const idle = await server.ask('memory');
        await load.ask('prepare', { payloadBytes: 64, atOnce: 1 });
        const used = await server.ask('memory');
        const kbEach = (now, what) => (now[what] - before[what]) / 1000 / connections;
        return {
          rssKbPerConnection: kbEach(idle, 'rss'),
          liveKbPerConnection: kbEach(idle, 'live'),
          usedRssKbPerConnection: kbEach(used, 'rss'),
          usedLiveKbPerConnection: kbEach(used, 'live'),
        };
      },
    });
  },
};
