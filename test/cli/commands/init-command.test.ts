import { expect, test } from 'vitest';
import { type Command, parseCommandLine } from '../../../src/cli/command-line.js';
import { OptionError } from '../../../src/index.js';
import { helpOf, optionsOf } from './help.js';

test.each<[string[], Command]>([
  [['init'], { kind: 'init', options: { folder: '.' } }],
  [['init', 'chat'], { kind: 'init', options: { folder: 'chat' } }],
])('reads %j', (args, command) => {
  expect(parseCommandLine(args, '1.2.3')).toEqual(command);
});

test('refuses a second folder in one sentence', () => {
  expect(() => parseCommandLine(['init', 'a', 'b'], '1.2.3')).toThrow(
    new OptionError(`"b" is no command or argument; see 'wirekeeper init --help'.`),
  );
});

test('its help has examples, and no options', () => {
  expect(optionsOf(helpOf('init'))).toEqual([]);
  expect(helpOf('init')).toMatch(/^Examples:\n {2}.*wirekeeper init/m);
});
