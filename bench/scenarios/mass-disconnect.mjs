import { alternate } from '../run/alternate.mjs';
import { untilConnections } from './until.mjs';

const SIZES = {
  full: { rounds: 4, connections: 10_000 },
  quick: { rounds: 3, connections: 5000 },
  smoke: { rounds: 2, connections: 1000 },
};

/** All clients go away at once, without a Close. */
export const massDisconnect = {
  name: 'mass-disconnect',
  title: 'loss of all connections at once',
  chart: 'cpuUsPerDrop',
  run: (bench) => {
    const { rounds, connections } = SIZES[bench.size];
    return alternate(bench, {
      settings: { mode: 'echo' },
      rounds,
      warmUps: 1,
      prepare: async () => {},
      slice: async ({ server, load }) => {
        await load.ask('open', { count: connections });
        const before = await untilConnections(server, connections);
        const begin = performance.now();
        await load.ask('end', { how: 'drop' });
        const after = await untilConnections(server, 0);
        return { cpuUsPerDrop: (after.cpuUs - before.cpuUs) / connections, goneMs: performance.now() - begin };
      },
    });
  },
};
