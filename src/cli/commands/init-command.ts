import type { Argv } from 'yargs';
import type { InitOptions } from '../init/init.js';

const INIT_NOTES = `Examples:
  wirekeeper init chat   a service in ./chat, with its test; then cd chat && npm install && npm test && npm start
  wirekeeper init        the same in this folder

Nothing is overwritten, and nothing is downloaded.

Exit status: 0 written; 2 one of the files is there already, or cannot be written, or wrong options.`;

/** Options, examples, and notes of `wirekeeper init`. */
function initOptions(cli: Argv) {
  return cli
    .positional('folder', { type: 'string', description: 'The folder, which is made', defaultDescription: 'this one' })
    .epilogue(INIT_NOTES);
}

/** Adds `wirekeeper init` to a command line; `take` gets its options. */
export function addInit(cli: Argv, take: (options: InitOptions) => void): void {
  cli.command('init [folder]', 'Write a small service to start from', initOptions, ({ folder = '.' }) => {
    take({ folder });
  });
}
