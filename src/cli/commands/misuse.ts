import { OptionError } from '../../index.js';
import { maskedWord } from '../../inspect/redaction/masked.js';

/** The commands, in the order of the help. */
export const COMMANDS = ['serve', 'dial', 'init', 'diagram', 'replay'] as const;

export const LACKS_FILE = 'replay needs a file, or - for stdin';

/**
 * Makes the error of a wrong command line: one sentence, and where to look.
 *
 * @param message what is wrong, in the words of yargs or in ours.
 * @param args the whole command line.
 */
export function misuse(message: string, args: readonly string[]): OptionError {
  const name = COMMANDS.find((known) => known === args[0]);
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
