import type { Argv } from 'yargs';
import { STDIN } from '../replay/read-timeline.js';
import type { ReplayOptions } from '../replay/replay.js';
import { LACKS_FILE, misuse } from './misuse.js';
import { flag } from './option-rules.js';

const REPLAY_NOTES = `Examples:
  wirekeeper replay connection.json         a timeline that the dashboard has saved
  jq .timeline report.json | wirekeeper replay -

The file holds a timeline, or a report that has one, as JSON.stringify writes them. It is checked in full. Each step \
is taken again by the machine of this release, without sockets and clock; the lines show the time in ms, who asked, \
the event, the states, and the effects. Then follow how it ended, in a sentence, and whether the machine has done the \
same. What was redacted when it was recorded is shown as ***; the rest is shown as the file has it.

Exit status: 0 the machine does the same; 1 it does not, or stdout could not be written; 2 wrong options, or no \
timeline.`;

/** Options, examples, and notes of `wirekeeper replay`. */
function replayOptions(cli: Argv) {
  return cli
    .positional('file', { type: 'string', demandOption: true, description: 'A JSON file, - for stdin' })
    .option('json', flag('One JSON object per line: the timeline, its entries, the result'))
    .epilogue(REPLAY_NOTES);
}

/**
 * Adds `wirekeeper replay` to a command line; `take` gets its options.
 *
 * @param args the whole command line, for what yargs does not keep.
 */
export function addReplay(cli: Argv, args: readonly string[], take: (options: ReplayOptions) => void): void {
  cli.command('replay <file>', 'Walk a recorded timeline through its machine again', replayOptions, (given) => {
    take({ file: fileFrom(given.file, args), json: given.json ?? false });
  });
}

/** yargs makes an empty text of a lone dash. */
function fileFrom(file: string, args: readonly string[]): string {
  if (file !== '') return file;
  if (args.includes(STDIN)) return STDIN;
  throw misuse(LACKS_FILE, args);
}
