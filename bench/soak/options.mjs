import { parseArgs } from 'node:util';
import { UsageError } from '../shared/program.mjs';

/** Where connections live: over sockets of loopback, or over the transport in memory. */
const PLACES = ['sockets', 'memory'];

/** How many acts are under way at once, unless `--at-once` says otherwise. */
const AT_ONCE = { sockets: 100, memory: 100 };

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv
 * @throws {UsageError}
 */
export function readOptions(argv) {
  const values = parse(argv);
  const place = values.in ?? 'sockets';
  if (!PLACES.includes(place))
    throw new UsageError(`--in is ${JSON.stringify(place)}; it must be ${PLACES.join(' or ')}; see --help.`);
  const cycles = wholeNumber('cycles', values.cycles);
  const minutes = positive('minutes', values.minutes);
  if (cycles !== undefined && minutes !== undefined)
    throw new UsageError('--minutes and --cycles exclude each other; see --help.');
  return {
    isHelp: values.help === true,
    isJson: values.json === true,
    place,
    cycles,
    minutes: cycles === undefined ? (minutes ?? 1) : undefined,
    atOnce: wholeNumber('at-once', values['at-once']) ?? AT_ONCE[place],
    seed: wholeNumber('seed', values.seed) ?? Date.now() % 2 ** 31,
  };
}

function parse(argv) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        minutes: { type: 'string' },
        cycles: { type: 'string' },
        in: { type: 'string' },
        'at-once': { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${error.message.split('. ')[0]}; see --help.`);
  }
}

/** @throws {UsageError} for anything but a whole number from 1 on. */
export function wholeNumber(name, given) {
  if (given === undefined) return undefined;
  const number = /^\d+(?:_\d+)*$/.test(given) ? Number(given.replaceAll('_', '')) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < 1)
    throw new UsageError(`--${name} is ${JSON.stringify(given)}; it must be a whole number from 1 on; see --help.`);
  return number;
}

function positive(name, given) {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (!(number > 0 && number <= 10_000) || given.trim() === '')
    throw new UsageError(
      `--${name} is ${JSON.stringify(given)}; it must be a number above 0, at most 10000; see --help.`,
    );
  return number;
}

/** What `--help` prints. */
export function helpText() {
  return `Usage: npm run soak -- [options]

Opens and ends connections, in every way that a peer or this side can end one, for as long as it is told to.
Checks that each has exactly one report with the trigger that belongs to what was done to it, that nothing is left at
the end, and that the live heap does not grow.

Options:
  --minutes N     how long (default: 1)
  --cycles N      how many connections instead
  --in PLACE      sockets: over loopback; memory: over the transport in memory (default: sockets)
  --at-once N     how many connections are under way (default: 100)
  --seed N        the same choices again
  --json          one JSON object per line
  -h, --help

Exit status: 0 all is well; 1 something is not, which is said; 2 wrong options.
`;
}
