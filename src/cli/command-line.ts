import yargs from 'yargs';
import { OptionError } from '../index.js';
import { maskedWord } from '../inspect/redaction/masked.js';
import { diagramOptions, dialOptions, replayOptions, serveOptions } from './command-options.js';
import type { DiagramOptions } from './diagram.js';
import type { DialCommandOptions } from './dial/dial.js';
import { STDIN } from './replay/read-timeline.js';
import type { ReplayOptions } from './replay/replay.js';
import type { ServeOptions } from './serve/serve.js';

/** The command that a command line names, with its options. */
export type Command =
  | { readonly kind: 'serve'; readonly options: ServeOptions }
  | { readonly kind: 'dial'; readonly options: DialCommandOptions }
  | { readonly kind: 'diagram'; readonly options: DiagramOptions }
  | { readonly kind: 'replay'; readonly options: ReplayOptions }
  /** Help, or the version. */
  | { readonly kind: 'text'; readonly text: string };

/** Help is laid out for terminals up to this wide, in columns. */
const WIDEST = 110;

const LACKS_FILE = 'replay needs a file, or - for stdin';

const NAMES = ['serve', 'dial', 'diagram', 'replay'] as const;

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
    .command(
      'serve',
      'Run a WebSocket service',
      serveOptions,
      ({
        port,
        host,
        'host-name': hostNames,
        config,
        inspect,
        json = false,
        quiet = false,
        'show-secrets': showSecrets = false,
        dashboard,
        'dashboard-actions': dashboardActions,
        metrics,
        ...drain
      }) => {
        command = {
          kind: 'serve',
          options: {
            ...{
              port,
              host,
              hostNames,
              config,
              inspect,
              json,
              quiet,
              showSecrets,
              dashboard,
              dashboardActions,
              metrics,
            },
            ...shutdownFrom(drain),
          },
        };
      },
    )
    .command(
      'dial <url>',
      'Talk to a WebSocket server',
      dialOptions,
      ({
        url,
        header: headers = [],
        protocol: protocols = [],
        wait: waitMs,
        origin,
        proxy,
        redirects,
        once = false,
        json = false,
        insecure = false,
        ...rest
      }) => {
        command = {
          kind: 'dial',
          options: {
            url,
            headers,
            protocols,
            waitMs,
            origin,
            proxy,
            redirects,
            once,
            json,
            insecure,
            showSecrets: rest['show-secrets'] ?? false,
          },
        };
      },
    )
    .command(
      'diagram [name]',
      'Print a state machine as a diagram, or for an editor',
      diagramOptions,
      ({ name, format = 'mermaid', machine: file }) => {
        command = { kind: 'diagram', options: { format, name, file } };
      },
    )
    .command(
      'replay <file>',
      'Walk a recorded timeline through its machine again',
      replayOptions,
      ({ file, json = false }) => {
        command = { kind: 'replay', options: { file: fileFrom(file, args), json } };
      },
    )
    .demandCommand(1, `a command is needed: ${NAMES.join(', ')}`)
    .strict()
    .version(version)
    .parserConfiguration({ 'camel-case-expansion': false })
    // Messages are matched below, so they must not follow the user's language.
    .locale('en')
    .wrap(Math.min(columns, WIDEST))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw misuse(message ?? error.message, args);
    });
  let text = '';
  void cli.parse([...args], {}, (_error, _argv, output) => {
    text = output;
  });
  return command ?? { kind: 'text', text: `${text}\n` };
}

/** yargs makes an empty text of a lone dash. */
function fileFrom(file: string, args: readonly string[]): string {
  if (file !== '') return file;
  if (args.includes(STDIN)) return STDIN;
  throw misuse(LACKS_FILE, args);
}

/** Times of a drain, by the names that options have. */
interface DrainTimes {
  readonly 'drain-not-ready-first'?: number | undefined;
  readonly 'drain-spread'?: number | undefined;
  readonly 'drain-within'?: number | undefined;
}

function shutdownFrom({
  'drain-not-ready-first': drainNotReadyFirstMs,
  'drain-spread': drainSpreadMs,
  'drain-within': drainWithinMs,
}: DrainTimes) {
  return { drainNotReadyFirstMs, drainSpreadMs, drainWithinMs };
}

function misuse(message: string, args: readonly string[]): OptionError {
  const name = NAMES.find((known) => known === args[0]);
  return new OptionError(`${reworded(message, args)}; see 'wirekeeper ${name === undefined ? '' : `${name} `}--help'.`);
}

/** Rewords the messages of yargs in its strict mode. */
function reworded(message: string, args: readonly string[]): string {
  const [, unknown] = /^Unknown (?:argument|command)s?: (.*)$/s.exec(message) ?? [];
  if (unknown !== undefined) {
    const [first = ''] = unknown.split(', ');
    const option = args
      .map((arg) => arg.split('=', 1)[0] ?? arg)
      .find((arg) => arg.startsWith('-') && arg.replace(/^--?(?:no-)?/, '') === first);
    return option === undefined
      ? `${JSON.stringify(maskedWord(first))} is no command or argument`
      : `${option} is no option`;
  }
  if (message.startsWith('Not enough non-option arguments'))
    return args[0] === 'replay' ? LACKS_FILE : 'dial needs a URL';
  const [, lacking] = /^Not enough arguments following: (.*)$/s.exec(message) ?? [];
  if (lacking !== undefined) return `--${lacking} needs a value`;
  const [, name, given, choices] = /Argument: (\S+), Given: (.*), Choices: (.*)$/s.exec(message) ?? [];
  if (name !== undefined) return `${name} is ${given}; it must be one of ${choices}`;
  return message
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
    .replace(/\.$/, '');
}
