import { describe, expect, test } from 'vitest';
import { type Command, parseCommandLine } from '../../src/cli/command-line.js';
import { OptionError } from '../../src/index.js';

const serve = {
  config: undefined,
  port: undefined,
  host: undefined,
  hostNames: undefined,
  json: false,
  quiet: false,
  showSecrets: false,
  dashboard: undefined,
  dashboardActions: undefined,
  metrics: undefined,
  drainNotReadyFirstMs: undefined,
  drainSpreadMs: undefined,
  drainWithinMs: undefined,
};
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
  [['serve'], { kind: 'serve', options: serve }],
  [
    ['serve', '--port', '0', '--host', '::1', '--json'],
    { kind: 'serve', options: { ...serve, port: 0, host: '::1', json: true } },
  ],
  [['serve', '--config=a.json', '--quiet'], { kind: 'serve', options: { ...serve, config: 'a.json', quiet: true } }],
  [
    ['serve', '--drain-not-ready-first', '5000', '--drain-spread', '0', '--drain-within=6e4'],
    { kind: 'serve', options: { ...serve, drainNotReadyFirstMs: 5_000, drainSpreadMs: 0, drainWithinMs: 60_000 } },
  ],
  [
    ['serve', '--host-name', 'a.example', '--host-name', '*'],
    { kind: 'serve', options: { ...serve, hostNames: ['a.example', '*'] } },
  ],
  [['serve', '--inspect'], { kind: 'serve', options: { ...serve, inspect: {} } }],
  [['serve', '--inspect', '9000'], { kind: 'serve', options: { ...serve, inspect: { port: 9000 } } }],
  [
    ['serve', '--inspect=[::1]:0', '--json'],
    { kind: 'serve', options: { ...serve, inspect: { host: '::1', port: 0 }, json: true } },
  ],
  [['serve', '--show-secrets'], { kind: 'serve', options: { ...serve, showSecrets: true } }],
  [['serve', '--no-dashboard'], { kind: 'serve', options: { ...serve, dashboard: false } }],
  [['serve', '--no-metrics'], { kind: 'serve', options: { ...serve, metrics: false } }],
  [['serve', '--dashboard-actions'], { kind: 'serve', options: { ...serve, dashboardActions: true } }],
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
  [['diagram'], { kind: 'diagram', options: { format: 'mermaid', name: undefined, file: undefined } }],
  [
    ['diagram', '--machine', './a.ts#b', '--format', 'dot'],
    { kind: 'diagram', options: { format: 'dot', name: undefined, file: './a.ts#b' } },
  ],
  [['diagram', 'dialer'], { kind: 'diagram', options: { format: 'mermaid', name: 'dialer', file: undefined } }],
  [['replay', 'a.json'], { kind: 'replay', options: { file: 'a.json', json: false } }],
  [['replay', '-', '--json'], { kind: 'replay', options: { file: '-', json: true } }],
  [['--version'], { kind: 'text', text: '1.2.3\n' }],
  [['serve', '--version'], { kind: 'text', text: '1.2.3\n' }],
])('reads %j', (args, command) => {
  expect(parseCommandLine(args, '1.2.3')).toEqual(command);
});

test.each([
  [[], "a command is needed: serve, dial, diagram, replay; see 'wirekeeper --help'."],
  [['sevre'], `"sevre" is no command or argument; see 'wirekeeper --help'.`],
  [['--prot'], "a command is needed: serve, dial, diagram, replay; see 'wirekeeper --help'."],
  [['serve', '--prot', '1'], "--prot is no option; see 'wirekeeper serve --help'."],
  [['serve', '-p=1'], "-p is no option; see 'wirekeeper serve --help'."],
  [['serve', 'now'], `"now" is no command or argument; see 'wirekeeper serve --help'.`],
  [['serve', '--port'], "--port needs a value; see 'wirekeeper serve --help'."],
  [
    ['serve', '--port', 'http'],
    `--port is "http"; it must be an integer from 0 to 65535; see 'wirekeeper serve --help'.`,
  ],
  [['serve', '--port', ''], `--port is ""; it must be an integer from 0 to 65535; see 'wirekeeper serve --help'.`],
  [
    ['serve', '--port', '70000'],
    `--port is "70000"; it must be an integer from 0 to 65535; see 'wirekeeper serve --help'.`,
  ],
  ...['0x50', '1e3', ' 80', '80.0', '+80', '-1', '٣', 'Infinity', '0b11', '123456'].map((port): [string[], string] => [
    ['serve', '--port', port],
    `--port is ${JSON.stringify(port)}; it must be an integer from 0 to 65535; see 'wirekeeper serve --help'.`,
  ]),
  [
    ['serve', '--drain-spread', '0x10'],
    `--drain-spread is "0x10"; it must be milliseconds from 0 to 2147483647; see 'wirekeeper serve --help'.`,
  ],
  [
    ['serve', '--port', '1', '--port', '2'],
    `--port is given 2 times; it may be given once; see 'wirekeeper serve --help'.`,
  ],
  [
    ['serve', '--host', 'a', '--host', 'b'],
    `--host is given 2 times; it may be given once; see 'wirekeeper serve --help'.`,
  ],
  [
    ['serve', '--drain-spread', '1s'],
    `--drain-spread is "1s"; it must be milliseconds from 0 to 2147483647; see 'wirekeeper serve --help'.`,
  ],
  [
    ['serve', '--drain-within', '1', '--drain-within', '2'],
    `--drain-within is given 2 times; it may be given once; see 'wirekeeper serve --help'.`,
  ],
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
    ['diagram', 'handler'],
    `name is "handler"; it must be one of "connection", "dialer", "supervisor"; see 'wirekeeper diagram --help'.`,
  ],
])('refuses %j in one sentence', (args, message) => {
  expect(() => parseCommandLine(args, '1.2.3')).toThrow(new OptionError(message));
});

describe('help', () => {
  const helpOf = (...args: string[]) => {
    const command = parseCommandLine([...args, '--help'], '1.2.3');
    return command.kind === 'text' ? command.text : '';
  };

  test('lists every command', () => {
    expect(helpOf().match(/^ {2}wirekeeper \w+/gm)).toEqual([
      '  wirekeeper serve',
      '  wirekeeper dial',
      '  wirekeeper diagram',
      '  wirekeeper replay',
    ]);
  });

  test.each([
    [
      'serve',
      [
        '--port',
        '--host',
        '--host-name',
        '--config',
        '--inspect',
        '--drain-not-ready-first',
        '--drain-spread',
        '--drain-within',
        '--dashboard',
        '--dashboard-actions',
        '--metrics',
        '--json',
        '--quiet',
        '--show-secrets',
      ],
    ],
    [
      'dial',
      [
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
      ],
    ],
    ['diagram', ['--format', '--machine']],
    ['replay', ['--json']],
  ])('of %s has every option, and examples', (name, options) => {
    const help = helpOf(name);
    expect(help.match(/^ {2}--[\w-]+/gm)?.map((option) => option.trim())).toEqual(['--help', '--version', ...options]);
    expect(help).toMatch(new RegExp(`^Examples:\n {2}.*wirekeeper ${name}`, 'm'));
  });

  test('fits the terminal', () => {
    const command = parseCommandLine(['dial', '--help'], '1.2.3', 72);
    const options = command.kind === 'text' ? command.text.split('\n').filter((line) => line.startsWith('  --')) : [];
    expect(options.length).toBeGreaterThan(0);
    expect(options.filter((line) => line.length > 72)).toEqual([]);
  });
});
