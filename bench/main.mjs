/** The benchmark's command line: `npm run bench -- --help`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { helpText, readOptions } from './options.mjs';
import { JUDGED } from './report/bars.mjs';
import { machine } from './report/machine.mjs';
import { summarize } from './report/summary.mjs';
import { ratioPlot } from './report/svg.mjs';
import { scenarioTable } from './report/table.mjs';
import { Bench } from './run/bench.mjs';
import { peers } from './run/peers.mjs';
import { findPinning } from './run/pinning.mjs';
import { metrics } from './scenarios/metrics.mjs';
import { UsageError } from './shared/program.mjs';

/** As shells have it: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

const say = (text) => process.stderr.write(`${text}\n`);

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.isHelp) {
    process.stdout.write(helpText());
    return 0;
  }
  const startedAt = new Date();
  const { present, missing } = findPeers(options.peers, options.nodeFlags);
  const pinning = findPinning();
  const notes = [
    ...missing.map(({ name, why }) => `${name} is skipped: ${why}`),
    ...(pinning.note === undefined ? [] : [pinning.note]),
  ];
  for (const note of notes) say(`note: ${note}`);
  const isSmoke = options.size === 'smoke';
  if (isSmoke && missing.some(({ name }) => name === JUDGED)) return 1;

  const bench = new Bench({ peers: present, pinning, size: options.size, progress: say });
  const { summaries, isInterrupted } = await runAll(bench, options.scenarios, isSmoke);
  const results = {
    startedAt: startedAt.toISOString(),
    size: options.size,
    nodeFlags: options.nodeFlags,
    machine: machine(),
    notes,
    failures: bench.failures,
    scenarios: summaries,
  };
  save(options, results);
  if (isInterrupted) return INTERRUPTED;
  return isSmoke && (summaries.some(isOffBars) || bench.failures.some(({ peer }) => peer === JUDGED)) ? 1 : 0;
}

function findPeers(names, nodeFlags) {
  const withFlags = (command) =>
    command[0] === process.execPath ? [command[0], ...nodeFlags, ...command.slice(1)] : command;
  const present = [];
  const missing = [];
  for (const name of names) {
    const { find, ...peer } = peers[name];
    const found = find();
    if (found.missing === undefined) present.push({ name, ...peer, command: withFlags(found.command) });
    else missing.push({ name, why: found.missing });
  }
  return { present, missing };
}

/**
 * Runs scenario by scenario and prints each as it is done; Ctrl-C ends what was started and keeps what was measured.
 */
async function runAll(bench, scenarios, isSmoke) {
  const summaries = [];
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    say('interrupted: ending what was started');
    bench.end();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    for (const scenario of scenarios) {
      summaries.push(await runOne(bench, scenario, isSmoke));
    }
  } catch (error) {
    if (!isInterrupted) throw error;
  } finally {
    await bench.end();
  }
  return { summaries, isInterrupted };
}

/** What misses a bar of `--smoke` is measured once more: a short run on a busy machine may be unlucky once. */
async function runOne(bench, scenario, isSmoke) {
  bench.begin(scenario.name);
  const first = summarize(scenario, await scenario.run(bench), { metrics, isSmoke });
  process.stdout.write(`${scenarioTable(first)}\n\n`);
  if (!isSmoke || !isOffBars(first)) return first;
  bench.say('off its bars, measuring once more');
  const second = summarize(scenario, await scenario.run(bench), { metrics, isSmoke });
  process.stdout.write(`${scenarioTable(second)}\n\n`);
  return second;
}

function isOffBars({ bars }) {
  return bars.some(({ isMet }) => !isMet);
}

function save({ json, svg }, results) {
  const file =
    json ?? fileURLToPath(new URL(`results/${results.startedAt.replaceAll(':', '-')}.json`, import.meta.url));
  write(file, `${JSON.stringify(results, undefined, 2)}\n`);
  if (svg === undefined) return;
  const { cpu, cores, node } = results.machine;
  write(
    svg,
    ratioPlot({
      scenarios: results.scenarios,
      footer: `${cpu}, ${cores} cores, Node ${node}, ${results.startedAt.slice(0, 10)}`,
    }),
  );
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  say(`written: ${file}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(`bench: ${error.message}`);
  process.exitCode = 2;
}
