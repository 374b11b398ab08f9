import { expect, test } from 'vitest';
import { type Command, parseCommandLine } from '../../../src/cli/command-line.js';
import { OptionError } from '../../../src/index.js';
import { helpOf, optionsOf } from './help.js';

const dial = {
  url: 'ws://h/',
  headers: [],
  protocols: [],
  origin: undefined,
  proxy: undefined,
  redirects: undefined,
  once: false,
  waitMs: undefined,
  json: false,
  insecure: false,
  showSecrets: false,
};

test.each<[string[], Command]>([
  [['dial', 'ws://h/'], { kind: 'dial', options: dial }],
  [['dial', 'ws://h/', '--show-secrets'], { kind: 'dial', options: { ...dial, showSecrets: true } }],
  [
    ['dial', '--header', 'A: 1', 'ws://h/', '--header', 'B: 2'],
    { kind: 'dial', options: { ...dial, headers: ['A: 1', 'B: 2'] } },
  ],
  [
    ['dial', 'ws://h/', '--protocol', 'a', '--protocol', '2'],
    { kind: 'dial', options: { ...dial, protocols: ['a', '2'] } },
  ],
  [
    ['dial', '--once', '--wait', '0', '--json', '--insecure', '--origin', 'https://o', 'ws://h/'],
    { kind: 'dial', options: { ...dial, once: true, waitMs: 0, json: true, insecure: true, origin: 'https://o' } },
  ],
  [
    ['dial', '--proxy', 'environment', '--redirects', '3', 'ws://h/'],
    { kind: 'dial', options: { ...dial, proxy: 'environment', redirects: 3 } },
  ],
])('reads %j', (args, command) => {
  expect(parseCommandLine(args, '1.2.3')).toEqual(command);
});

test.each([
  [['dial'], "dial needs a URL; see 'wirekeeper dial --help'."],
  [
    ['dial', 'ws://h/', '--header', 'Authorization:', 'Basic', 'dXNlcjpwYXNz'],
    `"Basic" is no command or argument; see 'wirekeeper dial --help'.`,
  ],
  [
    ['dial', '--header', 'Authorization:', 'Basic', 'dXNlcjpwYXNz', 'ws://h/'],
    `"dXN***" is no command or argument; see 'wirekeeper dial --help'.`,
  ],
  [['dial', 'ws://h/', 'ws://i/'], `"ws://i/" is no command or argument; see 'wirekeeper dial --help'.`],
  [
    ['dial', 'ws://h/', '--redirects', 'many'],
    `--redirects is "many"; it must be a number from 0 to 20; see 'wirekeeper dial --help'.`,
  ],
  [
    ['dial', 'ws://h/', '--redirects', '21'],
    `--redirects is "21"; it must be a number from 0 to 20; see 'wirekeeper dial --help'.`,
  ],
  [
    ['dial', 'ws://h/', '--wait', 'long'],
    `--wait is "long"; it must be milliseconds from 0 to 2147483647; see 'wirekeeper dial --help'.`,
  ],
  [
    ['dial', 'ws://h/', '--wait', '-1'],
    `--wait is "-1"; it must be milliseconds from 0 to 2147483647; see 'wirekeeper dial --help'.`,
  ],
])('refuses %j in one sentence', (args, message) => {
  expect(() => parseCommandLine(args, '1.2.3')).toThrow(new OptionError(message));
});

test('its help has every option, and examples', () => {
  expect(optionsOf(helpOf('dial'))).toEqual([
    '--header',
    '--protocol',
    '--origin',
    '--proxy',
    '--redirects',
    '--once',
    '--wait',
    '--json',
    '--insecure',
    '--show-secrets',
  ]);
  expect(helpOf('dial')).toMatch(/^Examples:\n {2}.*wirekeeper dial/m);
});
