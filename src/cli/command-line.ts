import yargs from 'yargs';
import { addDiagram } from './commands/diagram-command.js';
import { addDial } from './commands/dial-command.js';
import { addInit } from './commands/init-command.js';
import { COMMANDS, misuse } from './commands/misuse.js';
import { addReplay } from './commands/replay-command.js';
import { addServe } from './commands/serve-command.js';
import type { DiagramOptions } from './diagram/diagram.js';
import type { DialCommandOptions } from './dial/dial.js';
import type { InitOptions } from './init/init.js';
import type { ReplayOptions } from './replay/replay.js';
import type { ServeOptions } from './serve/serve-options.js';

/** The command that a command line names, with its options. */
export type Command =
  | { readonly kind: 'serve'; readonly options: ServeOptions }
  | { readonly kind: 'dial'; readonly options: DialCommandOptions }
  | { readonly kind: 'init'; readonly options: InitOptions }
  | { readonly kind: 'diagram'; readonly options: DiagramOptions }
  | { readonly kind: 'replay'; readonly options: ReplayOptions }
  /** Help, or the version. */
  | { readonly kind: 'text'; readonly text: string };

/** Help is laid out for terminals up to this wide, in columns. */
const WIDEST = 110;

/**
 * Reads a command line.
 *
 * @param columns how wide the terminal is; help is laid out for it.
 * @throws {OptionError} one sentence: what was typed, and what is allowed or where to look.
 */
export function parseCommandLine(args: readonly string[], version: string, columns = WIDEST): Command {
  let command: Command | undefined;
  const cli = yargs()
    .scriptName('wirekeeper')
    .usage('Supervised WebSocket connections.')
    .demandCommand(1, `a command is needed: ${COMMANDS.join(', ')}`)
    .strict()
    .version(version)
    .parserConfiguration({ 'camel-case-expansion': false })
    // `misuse` matches messages, so they must not follow the user's language.
    .locale('en')
    .wrap(Math.min(columns, WIDEST))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw misuse(message ?? error.message, args);
    });
  const found = (named: Command) => {
    command = named;
  };
  addServe(cli, (options) => found({ kind: 'serve', options }));
  addDial(cli, args, (options) => found({ kind: 'dial', options }));
  addInit(cli, (options) => found({ kind: 'init', options }));
  addDiagram(cli, (options) => found({ kind: 'diagram', options }));
  addReplay(cli, args, (options) => found({ kind: 'replay', options }));
  let text = '';
  void cli.parse([...args], {}, (_error, _argv, output) => {
    text = output;
  });
  return command ?? { kind: 'text', text: `${text}\n` };
}
