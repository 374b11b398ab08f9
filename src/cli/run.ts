import type { Writable } from 'node:stream';
import { maskedText } from '../inspect/redaction/masked.js';
import { visibleLines } from '../inspect/redaction/visible.js';
import { parseCommandLine } from './command-line.js';
import { diagram } from './diagram/diagram.js';
import { dial } from './dial/dial.js';
import { init } from './init/init.js';
import { failureOf } from './process/failure.js';
import { atMost, FLUSH_WITHIN_MS } from './process/outlet.js';
import type { Terminal } from './process/terminal.js';
import { replay } from './replay/replay.js';
import { serve } from './serve/serve.js';

/** Runs one command line to its end, and returns the exit status. Never rejects: what went wrong is on stderr. */
export async function run(args: readonly string[], version: string, terminal: Terminal): Promise<number> {
  try {
    const command = parseCommandLine(args, version, terminal.columns);
    switch (command.kind) {
      case 'serve':
        return await serve(command.options, terminal);
      case 'dial':
        return await dial(command.options, terminal);
      case 'init':
        return await print(await init(command.options, version), terminal);
      case 'diagram':
        return await print(await diagram(command.options), terminal);
      case 'replay': {
        const { text, status } = await replay(command.options, terminal);
        return (await print(text, terminal)) === 0 ? status : 1;
      }
      case 'text':
        return await print(command.text, terminal);
    }
  } catch (error) {
    const { text, status } = failureOf(error);
    await note(`${visibleLines(maskedText(text))}\n`, terminal);
    return status;
  }
}

/** Writes a text to stdout. A reader that has gone away is no failure; a full disk is. */
async function print(text: string, terminal: Terminal): Promise<0 | 1> {
  const error = await written(terminal.stdout, text);
  if (error === undefined || error.code === 'EPIPE') return 0;
  await note(`wirekeeper: stdout cannot be written: ${error.message}\n`, terminal);
  return 1;
}

/** Writes a text to stderr. */
function note(text: string, { stderr }: Terminal): Promise<void> {
  return atMost(FLUSH_WITHIN_MS, written(stderr, text));
}

/** Resolves when a text has been written, or with the error that prevented it. Waits for slow readers, a pager say. */
function written(stream: Writable, text: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    stream.write(text, (error) => resolve(error ?? undefined));
  });
}
