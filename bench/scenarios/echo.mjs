import { alternate } from '../run/alternate.mjs';
import { TLS_FILES } from '../shared/tls/identity.mjs';
import { emptyAndFull } from './full.mjs';

const SIZES = { full: { rounds: 10, ms: 500 }, quick: { rounds: 5, ms: 400 }, smoke: { rounds: 5, ms: 250 } };
/** What has no bar in `--smoke`. */
const BRIEF = { rounds: 2, ms: 100 };

/** A closed loop of echoes. */
const echo = (name, title, options) => ({ name, ...echoOf(title, options) });

const echoOf = (
  title,
  {
    connections = 50,
    inFlight,
    payloadBytes = 64,
    isBinary = false,
    isDeflated = false,
    tls,
    liveHeapMiB,
    smoke = SIZES.smoke,
  },
) => ({
  title,
  chart: 'perSecond',
  run: (bench) => {
    const { rounds, ms } = bench.size === 'smoke' ? smoke : SIZES[bench.size];
    return alternate(bench, {
      settings: { mode: 'echo', isDeflated, tls, liveHeapMiB },
      rounds,
      prepare: async ({ load }) => {
        await load.ask('open', { count: connections });
        const prepared = await load.ask('prepare', { payloadBytes, isBinary, atOnce: inFlight });
        if (isDeflated && !prepared.isDeflated) throw new Error('the server did not agree to permessage-deflate');
      },
      slice: async (contestant) => {
        const { perSecond, total, p50Us, p99Us, p999Us, loadBusy, cpuUs } = await contestant.measure('echo', {
          inFlight,
          ms,
        });
        const { rss } = await contestant.server.ask('usage');
        return { perSecond, cpuUsPerMessage: cpuUs / total, p50Us, p99Us, p999Us, rssMiB: rss / 2 ** 20, loadBusy };
      },
    });
  },
});

/** In an empty process and in a full one. */
const echoInBoth = (name, title, options) =>
  emptyAndFull(name, (liveHeapMiB) => echoOf(title, { ...options, liveHeapMiB, smoke: BRIEF }));

/** Latency at a fixed rate, 40 % of what raw ws does in a closed loop with one in flight. */
const paced = {
  name: 'paced',
  title: 'echo at a fixed rate, 64 B, 50 connections (free of coordinated omission)',
  chart: 'p99Us',
  run: (bench) => {
    const { rounds, ms } = SIZES[bench.size];
    let perSecond;
    return alternate(bench, {
      settings: { mode: 'echo' },
      rounds,
      prepare: async (contestant) => {
        await contestant.load.ask('open', { count: 50 });
        await contestant.load.ask('prepare', { payloadBytes: 64, atOnce: 1 });
        const warm = await contestant.measure('echo', { inFlight: 1, ms: 2 * ms });
        perSecond ??= Math.round(warm.perSecond * 0.4);
      },
      slice: async (contestant) => {
        const { sent, unanswered, p50Us, p99Us, p999Us, cpuUs } = await contestant.measure('paced', { perSecond, ms });
        if (unanswered > 0) throw new Error(`${unanswered} of ${sent} messages were never echoed`);
        return { p50Us, p99Us, p999Us, cpuUsPerMessage: cpuUs / sent };
      },
    });
  },
};

export const echoScenarios = [
  echo('echo-1', 'echo, 1 in flight, 64 B, 50 connections', { inFlight: 1 }),
  echo('echo-32', 'echo, 32 in flight, 64 B, 50 connections', { inFlight: 32 }),
  echo('echo-16k', 'echo, 4 in flight, 16 KiB, 50 connections', { inFlight: 4, payloadBytes: 16_384 }),
  echo('echo-16k-1', 'echo, 1 in flight, 16 KiB, 50 connections', { inFlight: 1, payloadBytes: 16_384 }),
  echo('echo-16k-32', 'echo, 32 in flight, 16 KiB, 50 connections', { inFlight: 32, payloadBytes: 16_384 }),
  echo('echo-1000', 'echo, 1 in flight, 64 B, 1,000 connections', { inFlight: 1, connections: 1000 }),
  echo('echo-1000-32', 'echo, 32 in flight, 64 B, 1,000 connections', { inFlight: 32, connections: 1000 }),
  echo('echo-binary', 'echo, 32 in flight, 64 B binary, 50 connections', { inFlight: 32, isBinary: true }),
  echo('echo-deflate', 'echo with permessage-deflate, 4 in flight, 2 KiB, 50 connections', {
    inFlight: 4,
    payloadBytes: 2048,
    isDeflated: true,
  }),
  ...echoInBoth('echo-64k', 'echo, 4 in flight, 64 KiB binary, 16 connections', {
    inFlight: 4,
    connections: 16,
    payloadBytes: 65_536,
    isBinary: true,
  }),
  ...echoInBoth('echo-256k', 'echo, 4 in flight, 256 KiB binary, 8 connections', {
    inFlight: 4,
    connections: 8,
    payloadBytes: 262_144,
    isBinary: true,
  }),
  ...echoInBoth('echo-tls-1', 'echo over TLS, 1 in flight, 64 B, 50 connections', { inFlight: 1, tls: TLS_FILES }),
  ...echoInBoth('echo-tls-32', 'echo over TLS, 32 in flight, 64 B, 50 connections', { inFlight: 32, tls: TLS_FILES }),
  ...echoInBoth('echo-tls-16k', 'echo over TLS, 4 in flight, 16 KiB, 50 connections', {
    inFlight: 4,
    payloadBytes: 16_384,
    tls: TLS_FILES,
  }),
  paced,
];
