import { setTimeout as wait } from 'node:timers/promises';
import { alternate } from '../run/alternate.mjs';

const SIZES = { full: { rounds: 6, ms: 1000 }, quick: { rounds: 4, ms: 700 }, smoke: { rounds: 2, ms: 400 } };
const QUIET = { connections: 50, perSecond: 1000 };
const FLOOD = { payloadBytes: 32, atOnce: 1500 };
/** What the flood has left on its way is gone by then. */
const CALM_MS = 300;

/** Fifty quiet connections, with and without one that floods the server with small messages. */
export const fairness = {
  name: 'fairness',
  title: 'quiet connections beside one that floods',
  chart: 'besideP99Us',
  run: (bench) => {
    const { rounds, ms } = SIZES[bench.size];
    const floods = new Map();
    return alternate(bench, {
      settings: { mode: 'echo' },
      rounds,
      warmUps: 1,
      prepare: async (contestant) => {
        await contestant.load.ask('open', { count: QUIET.connections });
        await contestant.load.ask('prepare', { payloadBytes: 64, atOnce: 1 });
        const flood = await contestant.addLoad();
        floods.set(contestant, flood);
        await flood.ask('open', { count: 1 });
        await flood.ask('prepare', FLOOD);
      },
      slice: async (contestant) => {
        const quiet = () => contestant.load.ask('paced', { perSecond: QUIET.perSecond, ms, isAlone: false });
        const alone = await quiet();
        const flood = floods.get(contestant);
        await flood.ask('startFlood');
        const beside = await quiet();
        const { answered } = await flood.ask('stopFlood');
        await wait(CALM_MS);
        if (beside.unanswered > 0) throw new Error(`${beside.unanswered} quiet messages were never echoed`);
        return {
          aloneP99Us: alone.p99Us,
          besideP99Us: beside.p99Us,
          besideTimesAlone: beside.p99Us / alone.p99Us,
          floodPerSecond: (answered * 1000) / ms,
        };
      },
    });
  },
};
