import { parseCommandLine } from './command-line.js';
import { diagram } from './diagram.js';
import { dial } from './dial.js';
import { failureOf } from './failure.js';
import { serve } from './serve.js';
import type { Terminal } from './terminal.js';

/** Runs one command line to its end, and returns the exit status. Never rejects: what went wrong is on stderr. */
export async function run(args: readonly string[], version: string, terminal: Terminal): Promise<number> {
  try {
    const command = parseCommandLine(args, version, terminal.columns);
    switch (command.kind) {
      case 'serve':
        return await serve(command.options, terminal);
      case 'dial':
        return await dial(command.options, terminal);
      case 'diagram':
        terminal.stdout.write(diagram(command.machines));
        return 0;
      case 'text':
        terminal.stdout.write(command.text);
        return 0;
    }
  } catch (error) {
    const { text, status } = failureOf(error);
    terminal.stderr.write(`${text}\n`);
    return status;
  }
}
