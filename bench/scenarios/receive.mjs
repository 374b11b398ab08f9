import { alternate } from '../run/alternate.mjs';
import { STYLES } from '../servers/receiving.mjs';
import { TLS_FILES } from '../shared/tls/identity.mjs';
import { emptyAndFull } from './full.mjs';

const SIZES = { full: { rounds: 10, ms: 400 }, quick: { rounds: 5, ms: 300 }, smoke: { rounds: 2, ms: 100 } };

/** A client that is sent messages as fast as it takes them: by `for await`, and by a subscriber of `frames$`. */
const receive = (size, payloadBytes, tls) => {
  const isTls = tls !== undefined;
  return emptyAndFull(isTls ? `receive-tls-${size}` : `receive-${size}`, (liveHeapMiB) => ({
    title: `a dialed connection that is sent text of ${payloadBytes.toLocaleString('en')} B at full speed${isTls ? ', over TLS' : ''}`,
    chart: 'iteratedPerSecond',
    run: (bench) => {
      const { rounds, ms } = SIZES[bench.size];
      return alternate(bench, {
        settings: { mode: 'receive', tls, liveHeapMiB },
        rounds,
        prepare: async ({ server, load }) => {
          const { port } = await load.ask('listen', { tls, payloadBytes });
          for (const style of STYLES) await server.ask('dial', { port, style });
        },
        slice: async (contestant) => {
          const iterated = await sliceOf(contestant, 'iterated', ms);
          const pushed = await sliceOf(contestant, 'pushed', ms);
          const { rss } = await contestant.server.ask('usage');
          return {
            iteratedPerSecond: iterated.perSecond,
            iteratedCpuUs: iterated.cpuUs,
            pushedPerSecond: pushed.perSecond,
            pushedCpuUs: pushed.cpuUs,
            rssMiB: rss / 2 ** 20,
            loadBusy: Math.max(iterated.loadBusy, pushed.loadBusy),
          };
        },
      });
    },
  }));
};

async function sliceOf({ server, load }, style, ms) {
  const before = await server.ask('usage');
  const { messages, loadBusy } = await load.ask('feed', { client: STYLES.indexOf(style), ms });
  const counted = await server.ask('counted', { style, messages });
  const after = await server.ask('usage');
  return { perSecond: (messages * 1000) / counted.ms, cpuUs: (after.cpuUs - before.cpuUs) / messages, loadBusy };
}

export const receiveScenarios = [undefined, TLS_FILES].flatMap((tls) => [
  ...receive('100', 100, tls),
  ...receive('2k', 2000, tls),
  ...receive('16k', 16_384, tls),
  ...receive('200k', 200_000, tls),
]);
