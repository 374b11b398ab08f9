import { median } from '../report/statistics.mjs';
import { alternateFresh } from '../run/alternate.mjs';
import { untilConnections } from './until.mjs';

const STEP = 1000;
const STEPS = 5;
/** Server and load have a limit of open files each, 20,000 in many places; some are for other things. */
const SIZES = { full: { rounds: 2, most: 19_000 }, quick: { rounds: 2, most: 9000 }, smoke: { rounds: 1, most: 3000 } };

/** As many idle connections as the limit of open files allows: what a thousand more, and less, costs up there. */
export const scale = {
  name: 'scale',
  title: 'idle connections over real sockets, 1,000 and as many as files allow',
  chart: 'openGrowth',
  run: (bench) => {
    const { rounds, most } = SIZES[bench.size];
    return alternateFresh(bench, {
      settings: { mode: 'echo' },
      rounds,
      prepare: async (contestant) => {
        await stepCosts(contestant, await contestant.addLoad(), 0);
      },
      slice: async (contestant) => {
        const steps = await contestant.addLoad();
        const low = await stepCosts(contestant, steps, 0);
        await contestant.load.ask('open', { count: most - STEP });
        const high = await stepCosts(contestant, steps, most - STEP);
        return { openGrowth: high.opening / low.opening, dropGrowth: high.dropping / low.dropping };
      },
    });
  },
};

/** Server CPU of a step up from `population` and down again, per connection: medians of several. */
async function stepCosts({ server }, load, population) {
  const costs = [];
  for (let step = 0; step < STEPS; step += 1) {
    const below = await untilConnections(server, population);
    await load.ask('open', { count: STEP });
    const above = await untilConnections(server, population + STEP);
    await load.ask('end', { how: 'drop' });
    const again = await untilConnections(server, population);
    costs.push({ opening: above.cpuUs - below.cpuUs, dropping: again.cpuUs - above.cpuUs });
  }
  return {
    opening: median(costs.map(({ opening }) => opening)),
    dropping: median(costs.map(({ dropping }) => dropping)),
  };
}
