import { expect, test } from 'vitest';
import { type Command, parseCommandLine } from '../../../src/cli/command-line.js';
import { OptionError } from '../../../src/index.js';
import { helpOf, optionsOf } from './help.js';

const dial = {
  url: 'ws://h/',
  headers: [],
  auth: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  passphrase: undefined,
  execute: [],
  binary: false,
  whole: false,
  showBinary: undefined,
  pingEveryMs: undefined,
  slash: false,
  timestamps: false,
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
  [['dial', '-c', 'ws://h/'], { kind: 'dial', options: dial }],
  [
    ['dial', '-H', 'A: 1', '-s', 'a', '--subprotocol', 'b', '-o', 'https://o', '-k', '-b', 'ws://h/'],
    {
      kind: 'dial',
      options: { ...dial, headers: ['A: 1'], protocols: ['a', 'b'], origin: 'https://o', insecure: true, binary: true },
    },
  ],
  [
    ['dial', 'ws://h/', '-x', 'one', '--execute', '', '--execute=--two', '-x', '{"three":3}'],
    { kind: 'dial', options: { ...dial, execute: ['one', '', '--two', '{"three":3}'] } },
  ],
  [
    ['dial', 'ws://h/', '--ca', 'a.pem', '--cert', 'b.pem', '--key', 'c.pem', '--passphrase', '007'],
    { kind: 'dial', options: { ...dial, ca: 'a.pem', cert: 'b.pem', key: 'c.pem', passphrase: '007' } },
  ],
  [
    ['dial', 'ws://h/', '--auth', 'ann:secret', '--whole', '--show-binary', 'hex', '--ping', '1000', '--slash'],
    {
      kind: 'dial',
      options: { ...dial, auth: 'ann:secret', whole: true, showBinary: 'hex', pingEveryMs: 1_000, slash: true },
    },
  ],
  [['dial', 'ws://h/', '--timestamps'], { kind: 'dial', options: { ...dial, timestamps: true } }],
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
  [
    ['dial', 'ws://h/', '-c', 'ws://i/'],
    "the URL is given twice, as an argument and with --connect; see 'wirekeeper dial --help'.",
  ],
  [['dial', 'ws://h/', '--ping', '9'], '--ping is "9"; it must be at least 10 ms; see \'wirekeeper dial --help\'.'],
  [
    ['dial', 'ws://h/', '--ping', 'often'],
    `--ping is "often"; it must be milliseconds from 0 to 2147483647; see 'wirekeeper dial --help'.`,
  ],
  [
    ['dial', 'ws://h/', '--show-binary', 'octal'],
    `show-binary is "octal"; it must be one of "base64", "hex", "raw"; see 'wirekeeper dial --help'.`,
  ],
  [['dial', 'ws://h/', '-x'], "--x needs a value; see 'wirekeeper dial --help'."],
])('refuses %j in one sentence', (args, message) => {
  expect(() => parseCommandLine(args, '1.2.3')).toThrow(new OptionError(message));
});

test('its help has every option, and examples', () => {
  expect(optionsOf(helpOf('dial'))).toEqual([
    '--connect',
    '--header',
    '--auth',
    '--protocol',
    '--origin',
    '--proxy',
    '--redirects',
    '--ca',
    '--cert',
    '--key',
    '--passphrase',
    '--insecure',
    '--execute',
    '--once',
    '--wait',
    '--binary',
    '--whole',
    '--show-binary',
    '--ping',
    '--slash',
    '--timestamps',
    '--json',
    '--show-secrets',
  ]);
  expect(helpOf('dial')).toMatch(/^Examples:\n {2}.*wirekeeper dial/m);
});
