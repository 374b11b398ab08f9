import { expect, test } from 'vitest';
import { type Command, parseCommandLine } from '../../../src/cli/command-line.js';
import { OptionError } from '../../../src/index.js';
import { helpOf, optionsOf } from './help.js';

test.each<[string[], Command]>([
  [['diagram'], { kind: 'diagram', options: { format: 'mermaid', name: undefined, file: undefined } }],
  [
    ['diagram', '--machine', './a.ts#b', '--format', 'dot'],
    { kind: 'diagram', options: { format: 'dot', name: undefined, file: './a.ts#b' } },
  ],
  [['diagram', 'dialer'], { kind: 'diagram', options: { format: 'mermaid', name: 'dialer', file: undefined } }],
])('reads %j', (args, command) => {
  expect(parseCommandLine(args, '1.2.3')).toEqual(command);
});

test.each([
  [
    ['diagram', 'handler'],
    `name is "handler"; it must be one of "connection", "dialer", "supervisor"; see 'wirekeeper diagram --help'.`,
  ],
])('refuses %j in one sentence', (args, message) => {
  expect(() => parseCommandLine(args, '1.2.3')).toThrow(new OptionError(message));
});

test('its help has every option, and examples', () => {
  expect(optionsOf(helpOf('diagram'))).toEqual(['--format', '--machine']);
  expect(helpOf('diagram')).toMatch(/^Examples:\n {2}.*wirekeeper diagram/m);
});
