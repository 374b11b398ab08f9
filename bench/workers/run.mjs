import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchProcess } from '../run/child-process.mjs';
import { ServiceProcess } from './service-process.mjs';

const LOAD = fileURLToPath(new URL('load.mjs', import.meta.url));
const LOOK_EVERY_MS = 250;
/** What each phase may take beyond its plan, in ms. */
const GRACE_MS = 60_000;
/** What a new worker may take to start, and an old one to end, beyond the closing of its clients. */
const TURN_MS = 30_000;

const now = () => Number(process.hrtime.bigint()) / 1e6;

/**
 * Runs the four phases. Every one of them is bounded in time; what has not come by then is missing in the counts.
 *
 * @param {{ sockets: number, workers: number, loads: number, rate: number, spreadMs: number,
 *   progress: (phase: string, counts: object) => void, stop: AbortSignal }} plan
 */
export async function run(plan) {
  const service = await ServiceProcess.start(plan);
  const loads = [];
  try {
    const before = await service.ask('usage');
    for (let index = 0; index < plan.loads; index += 1)
      loads.push(await BenchProcess.start({ title: `load ${index + 1}`, command: [process.execPath, LOAD] }));
    const opening = await opened(service, loads, plan);
    const memory = await memoryOf(service, before);
    const broadcast = await broadcasted(service, loads, plan);
    const reload = await reloaded(service, loads, plan);
    const fates = sumOf(await asked(loads, 'fates'));
    const result = { opening, memory, broadcast, reload, fates, troubles: service.troubles };
    return { ...result, faults: faultsOf(result, plan) };
  } finally {
    await Promise.all(loads.map((load) => load.end()));
    await service.end();
  }
}

async function opened(service, loads, plan) {
  const { sockets, rate } = plan;
  const begin = performance.now();
  const shares = loads.map((_, index) => Math.floor((sockets + index) / loads.length));
  await Promise.all(
    loads.map((load, index) =>
      load.ask('open', { port: service.port, count: shares[index], perSecond: (rate * shares[index]) / sockets }),
    ),
  );
  const counts = await until(loads, plan, 'opening', (sockets / rate) * 1000 + GRACE_MS, (seen) => {
    return seen.openings + seen.refused === sockets;
  });
  const seconds = (performance.now() - begin) / 1000;
  return { opened: counts.openings, refused: counts.refused, seconds, perSecond: counts.openings / seconds };
}

async function memoryOf(service, before) {
  const after = await service.ask('usage');
  const workers = after.map(({ pid, connections, rss, afterGc }, index) => ({
    pid,
    connections,
    rss,
    rssPerConnection: Math.round((afterGc.rss - before[index].afterGc.rss) / connections),
    livePerConnection: Math.round((afterGc.live - before[index].afterGc.live) / connections),
  }));
  return { workers, primaryRss: rssOf(service.pid) };
}

/** Of Linux; `undefined` elsewhere. */
function rssOf(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024;
  } catch {
    return undefined;
  }
}

async function broadcasted(service, loads, plan) {
  await asked(loads, 'forgetMessages');
  const { open } = sumOf(await asked(loads, 'counts'));
  const begin = now();
  const sent = await service.ask('broadcast');
  await until(loads, plan, 'broadcast', GRACE_MS, (seen) => seen.messages.count >= open);
  const heard = (await asked(loads, 'counts')).map(({ messages }) => messages);
  const firsts = heard.map(({ first }) => first).filter((at) => at !== undefined);
  const lasts = heard.map(({ last }) => last).filter((at) => at !== undefined);
  return {
    open,
    delivered: heard.reduce((sum, { count }) => sum + count, 0),
    taken: sent.reduce((sum, { taken }) => sum + taken, 0),
    longestCallMs: Math.max(...sent.map(({ ms }) => ms)),
    firstMs: Math.min(...firsts) - begin,
    lastMs: Math.max(...lasts) - begin,
  };
}

async function reloaded(service, loads, plan) {
  const { workers, spreadMs } = plan;
  const before = sumOf(await asked(loads, 'counts'));
  const begin = performance.now();
  let isOver = false;
  const ended = service.reload(workers * (spreadMs + TURN_MS)).finally(() => {
    isOver = true;
  });
  // It is awaited below; until then a failure is no stray one.
  ended.catch(() => {});
  await until(loads, plan, 'reload', workers * (spreadMs + TURN_MS), () => isOver);
  await ended;
  const seconds = (performance.now() - begin) / 1000;
  const after = await until(loads, plan, 'coming back', GRACE_MS, (seen) => {
    return seen.openings + seen.refused === before.openings + before.refused + seen.withAdvice;
  });
  return {
    told: after.closings - before.closings,
    withAdvice: after.withAdvice - before.withAdvice,
    lost: after.lost,
    back: after.openings - before.openings,
    whys: after.whys,
    refused: after.refused - before.refused,
    open: after.open,
    seconds,
    secondsUntilBack: (performance.now() - begin) / 1000,
  };
}

/** Looks at the counts until they are as wanted, or the time is over. */
async function until(loads, { progress, stop }, phase, withinMs, isDone) {
  const begin = performance.now();
  for (;;) {
    stop.throwIfAborted();
    const counts = sumOf(await asked(loads, 'counts'));
    progress(phase, counts);
    if (isDone(counts) || performance.now() - begin > withinMs) return counts;
    await wait(LOOK_EVERY_MS);
  }
}

const asked = (loads, question) => Promise.all(loads.map((load) => load.ask(question)));

/** Adds up tables of numbers, and tables within them. */
export function sumOf(tables) {
  const sum = {};
  for (const table of tables) {
    for (const [key, value] of Object.entries(table))
      sum[key] = typeof value === 'object' ? sumOf([sum[key] ?? {}, value]) : (sum[key] ?? 0) + value;
  }
  return sum;
}

/** What is not as it should be, in sentences. */
export function faultsOf({ opening, broadcast, reload, fates }, { sockets }) {
  const rules = [
    [opening.opened === sockets, `${opening.opened} of ${sockets} sockets were opened, ${opening.refused} refused`],
    [
      broadcast.delivered === broadcast.open,
      `the broadcast reached ${broadcast.delivered} of ${broadcast.open} clients`,
    ],
    [reload.told === broadcast.open, `${reload.told} Closes came to ${broadcast.open} clients during the reload`],
    [reload.withAdvice === reload.told, `${reload.told - reload.withAdvice} of ${reload.told} Closes had no advice`],
    [reload.lost === 0, `${reload.lost} connections were lost without a Close`],
    [
      reload.back === reload.withAdvice,
      `${reload.back} of ${reload.withAdvice} clients came back, ${reload.refused} were refused`,
    ],
    [(fates.closings[1] ?? 0) === sockets, `${fates.closings[1] ?? 0} of ${sockets} clients were told exactly once`],
  ];
  return rules.filter(([isRight]) => !isRight).map(([, sentence]) => sentence);
}
