import { parseCommandLine } from '../../../src/cli/command-line.js';

/** The help of a command, laid out as for a wide terminal. */
export function helpOf(...args: string[]): string {
  const command = parseCommandLine([...args, '--help'], '1.2.3');
  return command.kind === 'text' ? command.text : '';
}

/** The options of a help, beside `--help` and `--version`, in its order: each by its first long name. */
export function optionsOf(help: string): string[] {
  const names = [...help.matchAll(/^ {2}(?: *-\w, )* *(--[\w-]+)/gm)].flatMap(([, name]) => name ?? []);
  return names.filter((name) => name !== '--help' && name !== '--version');
}
