import type { Argv } from 'yargs';
import { type DiagramOptions, FORMAT_NAMES, MACHINE_NAMES } from '../diagram/diagram.js';
import { toText, valued } from './option-rules.js';

const DIAGRAM_NOTES = `Examples:
  wirekeeper diagram connection                       one machine, to put into a Markdown fence of "mermaid"
  wirekeeper diagram                                  all machines side by side, as one diagram
  wirekeeper diagram dialer --format dot | dot -Tsvg  drawn by Graphviz
  wirekeeper diagram --machine ./chat.js#chatMachine --format scxml

The module after --machine is loaded, so it runs. It may be TypeScript where Node.js strips types (22.18 or later). \
Without #name its default export is written.`;

/** Options, examples, and notes of `wirekeeper diagram`. */
function diagramOptions(cli: Argv) {
  return cli
    .positional('name', { choices: MACHINE_NAMES, description: 'The machine; all without it' })
    .option('format', {
      requiresArg: true,
      choices: FORMAT_NAMES,
      description: 'What to write the machine as',
      defaultDescription: 'mermaid',
    })
    .option('machine', valued('A machine of your own: module#export', toText('machine')))
    .epilogue(DIAGRAM_NOTES);
}

/** Adds `wirekeeper diagram` to a command line; `take` gets its options. */
export function addDiagram(cli: Argv, take: (options: DiagramOptions) => void): void {
  cli.command(
    'diagram [name]',
    'Print a state machine as a diagram, or for an editor',
    diagramOptions,
    ({ name, format = 'mermaid', machine: file }) => {
      take({ format, name, file });
    },
  );
}
