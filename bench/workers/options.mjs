import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError } from '../shared/program.mjs';
import { wholeNumber } from '../soak/options.mjs';

/** Files that a process needs beside its sockets: its modules, its pipes, sockets that are closing. */
const OTHER_FILES = 500;

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv
 * @param {number} filesPerProcess how many files a process may open
 * @throws {UsageError}
 */
export function readOptions(argv, filesPerProcess = fileLimit()) {
  const values = parse(argv);
  const sockets = wholeNumber('sockets', values.sockets) ?? 10_000;
  const workers = wholeNumber('workers', values.workers) ?? 2;
  const loads = wholeNumber('loads', values.loads) ?? workers;
  if (sockets < workers)
    throw new UsageError(`--sockets is ${sockets}; each of ${workers} workers needs one; see --help.`);
  for (const [option, processes] of Object.entries({ workers, loads })) {
    const each = Math.ceil(sockets / processes);
    const room = filesPerProcess - OTHER_FILES;
    if (each > room)
      throw new UsageError(
        `--${option} is ${processes}, which makes ${each} sockets each; a process may open ${filesPerProcess} files here, ` +
          `so it must be at least ${Math.ceil(sockets / room)}; see --help.`,
      );
  }
  return {
    isHelp: values.help === true,
    isJson: values.json === true,
    sockets,
    workers,
    loads,
    rate: wholeNumber('rate', values.rate) ?? 1000,
    spreadMs: wholeNumber('spread', values.spread) ?? 10_000,
  };
}

/** Node raises its own limit to the highest that it may have. */
function fileLimit() {
  try {
    return Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? Number.NaN);
  } catch {
    return Number.NaN;
  }
}

function parse(argv) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        sockets: { type: 'string' },
        workers: { type: 'string' },
        loads: { type: 'string' },
        rate: { type: 'string' },
        spread: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${error.message.split('. ')[0]}; see --help.`);
  }
}

/** What `--help` prints. */
export function helpText() {
  return `Usage: npm run bench:workers -- [options]

Starts wirekeeper serve --workers, opens sockets at a steady rate, sends one broadcast to all of them, and replaces all
workers by SIGHUP. Clients are raw TCP in processes of their own, from 800 loopback addresses, and come back after the
delay that their Close advises. Counts who was let in, reached, told, and let in again, and measures how long that took
and the memory of each worker.

Options:
  --sockets N     how many (default: 10000)
  --workers N     how many processes serve them (default: 2)
  --loads N       how many processes open them (default: as many as workers)
  --rate N        how many are opened in a second (default: 1000)
  --spread MS     how long a worker that is replaced takes to close its clients (default: 10000)
  --json          one JSON object per line
  -h, --help

A process has a limit of open files (ulimit -n): give enough workers and loads.

Exit status: 0 every client was let in, reached, told once with advice, and let in again; 1 not so, which is said;
2 wrong options.
`;
}
