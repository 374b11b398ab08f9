import { expect, test } from 'vitest';
import { type Command, parseCommandLine } from '../../../src/cli/command-line.js';
import { helpOf, optionsOf } from './help.js';

test.each<[string[], Command]>([
  [['replay', 'a.json'], { kind: 'replay', options: { file: 'a.json', json: false } }],
  [['replay', '-', '--json'], { kind: 'replay', options: { file: '-', json: true } }],
])('reads %j', (args, command) => {
  expect(parseCommandLine(args, '1.2.3')).toEqual(command);
});

test('its help has every option, and examples', () => {
  expect(optionsOf(helpOf('replay'))).toEqual(['--json']);
  expect(helpOf('replay')).toMatch(/^Examples:\n {2}.*wirekeeper replay/m);
});
