/** The command line of the bench of workers: `npm run bench:workers -- --help`. */
import { machine } from '../report/machine.mjs';
import { exitWith } from '../shared/program.mjs';
import { helpText, readOptions } from './options.mjs';
import { run } from './run.mjs';

const PROGRESS_EVERY_MS = 2000;

const number = (value) => Math.round(value).toLocaleString('en');
const megabytes = (bytes) => (bytes === undefined ? '?' : `${(bytes / 1e6).toFixed(0)} MB`);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const table = (counts) =>
  Object.entries(counts)
    .map(([key, count]) => `${number(count)} x ${key}`)
    .join(', ') || 'none';

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.isHelp) {
    process.stdout.write(helpText());
    return 0;
  }
  const { isHelp: _, isJson, ...plan } = options;
  const write = (type, object, text) =>
    process.stdout.write(isJson ? `${JSON.stringify({ type, ...object })}\n` : `${text}\n`);
  write(
    'start',
    { ...plan, machine: machine() },
    `${number(plan.sockets)} sockets to ${plan.workers} workers from ${plan.loads} loads, ${number(plan.rate)} a second`,
  );
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  const result = await run({ ...plan, progress: progressTo(write), stop: stop.signal });
  write('result', result, textOf(result));
  return result.faults.length === 0 ? 0 : 1;
}

/** At the start of each phase, and every two seconds. */
function progressTo(write) {
  const begin = performance.now();
  let last = { phase: '', at: 0 };
  return (phase, counts) => {
    const at = performance.now();
    if (phase === last.phase && at - last.at < PROGRESS_EVERY_MS) return;
    last = { phase, at };
    const seconds = (at - begin) / 1000;
    const { open, refused, closings, lost, whys } = counts;
    write(
      'progress',
      { phase, seconds, open, refused, closings, lost, whys },
      `${seconds.toFixed(0).padStart(5)} s  ${phase.padEnd(11)} ${number(open).padStart(8)} open, ${number(refused)} refused, ` +
        `${number(closings)} closed with a Close, ${number(lost)} lost`,
    );
  };
}

function textOf({ opening, memory, broadcast, reload, fates, troubles, faults }) {
  return [
    '',
    `Opened ${number(opening.opened)} in ${opening.seconds.toFixed(1)} s, ${number(opening.perSecond)} a second; ` +
      `${number(opening.refused)} refused.`,
    ...memory.workers.map(
      ({ pid, connections, rss, rssPerConnection, livePerConnection }) =>
        `  worker ${pid}: ${number(connections)} connections, RSS ${megabytes(rss)}; after a collection ` +
        `${kilobytes(rssPerConnection)} of RSS and ${kilobytes(livePerConnection)} of live heap for each`,
    ),
    `  primary: RSS ${megabytes(memory.primaryRss)}`,
    `Broadcast to ${number(broadcast.delivered)} of ${number(broadcast.open)}: the first client had it after ` +
      `${broadcast.firstMs.toFixed(0)} ms, the last after ${broadcast.lastMs.toFixed(0)} ms; ` +
      `the longest call took ${broadcast.longestCallMs.toFixed(0)} ms.`,
    `Reload in ${reload.seconds.toFixed(1)} s, all were back after ${reload.secondsUntilBack.toFixed(1)} s: ` +
      `${number(reload.told)} told, ${number(reload.withAdvice)} with advice, ${number(reload.lost)} lost, ` +
      `${number(reload.back)} back, ${number(reload.refused)} refused.`,
    `  Closes: ${table(fates.codes)}; refusals: ${table(reload.whys)}; warnings of the service: ${table(troubles)}.`,
    faults.length === 0 ? 'Every client was let in, reached, told once with advice, and let in again.' : 'Not so:',
    ...faults.map((fault) => `  ${fault}`),
  ].join('\n');
}

await exitWith(main);
