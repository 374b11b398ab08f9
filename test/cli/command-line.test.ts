import { expect, test } from 'vitest';
import { type Command, parseCommandLine } from '../../src/cli/command-line.js';
import { OptionError } from '../../src/index.js';
import { helpOf, optionsOf } from './commands/help.js';

test.each<[string[], Command]>([
  [['--version'], { kind: 'text', text: '1.2.3\n' }],
  [['serve', '--version'], { kind: 'text', text: '1.2.3\n' }],
])('reads %j', (args, command) => {
  expect(parseCommandLine(args, '1.2.3')).toEqual(command);
});

test.each([
  [[], "a command is needed: serve, dial, init, diagram, replay; see 'wirekeeper --help'."],
  [['sevre'], `"sevre" is no command or argument; see 'wirekeeper --help'.`],
  [['--prot'], "a command is needed: serve, dial, init, diagram, replay; see 'wirekeeper --help'."],
])('refuses %j in one sentence', (args, message) => {
  expect(() => parseCommandLine(args, '1.2.3')).toThrow(new OptionError(message));
});

test('help lists every command', () => {
  expect(helpOf().match(/^ {2}wirekeeper \w+/gm)).toEqual([
    '  wirekeeper serve',
    '  wirekeeper dial',
    '  wirekeeper init',
    '  wirekeeper diagram',
    '  wirekeeper replay',
  ]);
});

test('help fits the terminal', () => {
  const command = parseCommandLine(['dial', '--help'], '1.2.3', 72);
  const lines = command.kind === 'text' ? command.text.split('\n') : [];
  expect(optionsOf(lines.join('\n'))?.length).toBeGreaterThan(5);
  expect(lines.filter((line) => /^ {2}(?:-| {2,}--)/.test(line) && line.length > 72)).toEqual([]);
});
