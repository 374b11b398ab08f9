import { setTimeout as wait } from 'node:timers/promises';
import { alternateFresh } from '../run/alternate.mjs';

const SIZES = { full: { rounds: 3, ms: 3000 }, quick: { rounds: 2, ms: 1500 }, smoke: { rounds: 1, ms: 700 } };
const LOOK_EVERY_MS = 20;
const CHUNK_BYTES = 16_384;

/** A server that sends at full speed to a peer that reads slowly or not at all: the most that it held for it. */
const outbound = (name, title, metric, reader) => ({
  name,
  title,
  chart: metric,
  run: (bench) => {
    const { rounds, ms } = SIZES[bench.size];
    return alternateFresh(bench, {
      settings: { mode: 'firehose', payloadBytes: CHUNK_BYTES },
      rounds,
      prepare: async ({ load }) => {
        await load.ask('open', { count: 1 });
        await load.ask('prepare', { payloadBytes: 8, atOnce: 1, isEchoed: false });
      },
      slice: async ({ server, load }) => {
        const [ask, args] = reader;
        await load.ask(ask, args);
        await load.ask('sendOnce');
        let most = 0;
        for (const end = performance.now() + ms; performance.now() < end; await wait(LOOK_EVERY_MS)) {
          most = Math.max(most, (await server.ask('usage')).bufferedBytes);
        }
        return { [metric]: most / 1024 };
      },
    });
  },
});

/** A flood to a handler that is slow, and others beside it. */
const inbound = {
  name: 'slow-handler',
  title: 'flood to a slow handler, 64 B binary',
  chart: 'slowHandlerMiB',
  run: (bench) => {
    const { rounds, ms } = SIZES[bench.size];
    return alternateFresh(bench, {
      settings: { mode: 'slow' },
      rounds,
      prepare: async ({ load }) => {
        await load.ask('open', { count: 50 });
        await load.ask('prepare', { payloadBytes: 64, atOnce: 1 });
      },
      slice: async (contestant) => {
        const flood = await contestant.addLoad();
        await flood.ask('open', { count: 1 });
        await flood.ask('prepare', { payloadBytes: 64, isBinary: true, atOnce: 900, isEchoed: false });
        const before = await contestant.server.ask('memory');
        await flood.ask('startFlood');
        const quiet = await contestant.load.ask('paced', { perSecond: 1000, ms, isAlone: false });
        const after = await contestant.server.ask('memory');
        return { slowHandlerMiB: (after.live - before.live) / 2 ** 20, slowHandlerQuietP99Us: quiet.p99Us };
      },
    });
  },
};

export const backpressureScenarios = [
  outbound('slow-reader', 'full speed to a peer that reads 1 MB/s', 'slowReaderKiB', [
    'readSlowly',
    { bytesPerSecond: 1_000_000 },
  ]),
  outbound('mute-reader', 'full speed to a peer that never reads', 'muteReaderKiB', ['readNothing', {}]),
  inbound,
];
