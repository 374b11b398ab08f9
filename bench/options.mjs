import { parseArgs } from 'node:util';
import { BASELINE, peers } from './run/peers.mjs';
import { SMOKE, scenarios } from './scenarios/index.mjs';
import { UsageError } from './shared/program.mjs';

/** What `--peer` may leave out: these always take part. */
const ALWAYS = [BASELINE, 'supervised'];
const DEFAULT_PEERS = [...ALWAYS, 'raw-ws-bufferutil', 'bare-tls', 'undici', 'socketio', 'bun', 'gorilla'];

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv
 * @throws {UsageError}
 */
export function readOptions(argv) {
  const values = parse(argv);
  if (values.quick && values.smoke) throw new UsageError('--quick and --smoke exclude each other.');
  const size = values.smoke ? 'smoke' : values.quick ? 'quick' : 'full';
  const asked =
    values.peer === undefined ? (values.smoke ? ALWAYS : DEFAULT_PEERS) : list('peer', values.peer, Object.keys(peers));
  const names = scenarios.map(({ name }) => name);
  const chosen = values.scenario === undefined ? (values.smoke ? SMOKE : names) : chosenOf(values.scenario, names);
  return {
    isHelp: values.help === true,
    size,
    peers: [...new Set([...ALWAYS, ...asked])],
    scenarios: scenarios.filter(({ name }) => chosen.includes(name)),
    json: values.json,
    svg: values.svg,
    nodeFlags: values['node-flag'] ?? [],
  };
}

function parse(argv) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        peer: { type: 'string', multiple: true },
        scenario: { type: 'string', multiple: true },
        quick: { type: 'boolean' },
        smoke: { type: 'boolean' },
        json: { type: 'string' },
        svg: { type: 'string' },
        'node-flag': { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${error.message.split('. ')[0]}; see --help.`);
  }
}

/** `a,b`, also given several times. */
function list(option, values, known) {
  const names = values.flatMap((value) => value.split(',')).map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`There is no ${option} "${unknown}"; there are ${[...new Set(known)].join(', ')}.`);
  return names;
}

/** A scenario is chosen by its name, or with all others whose names begin with the same words: `receive`, `echo-tls`. */
function chosenOf(values, names) {
  const groups = names.flatMap((name) => [...name.matchAll(/-/g)].map(({ index }) => name.slice(0, index)));
  return list('scenario', values, [...names, ...groups]).flatMap((asked) =>
    names.includes(asked) ? [asked] : names.filter((name) => name.startsWith(`${asked}-`)),
  );
}

/** What `--help` prints. */
export function helpText() {
  return `Usage: npm run bench -- [options]

Measures supervised connections against what one would use instead, side by side on this machine.
Each server has a process on the first core, the load has the second; they take turns of about half a second.
Run npm run build first.

Options:
  --peer LIST      who takes part besides ${ALWAYS.join(' and ')}, by commas
                   (default: ${DEFAULT_PEERS.slice(2).join(',')})
  --scenario LIST  what is measured, by commas; receive, echo-tls, or any other first words of names choose all that
                   begin with them (default: everything)
  --quick          fewer and shorter turns
  --smoke          a few seconds per scenario; exits 1 when wirekeeper is missing, broken, or far off its bars
  --json FILE      where the figures go (default: bench/results/<time>.json)
  --svg FILE       where the plot goes (default: none)
  --node-flag FLAG for every server that runs on Node, ours and ws by hand alike: --node-flag=--max-semi-space-size=1
  -h, --help       prints this

Peers:
${Object.entries(peers)
  .map(([name, { title }]) => `  ${name.padEnd(18)} ${title}`)
  .join('\n')}

Scenarios:
${scenarios.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`).join('\n')}
`;
}
