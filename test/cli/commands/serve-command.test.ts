import { expect, test } from 'vitest';
import { type Command, parseCommandLine } from '../../../src/cli/command-line.js';
import { checkConfig } from '../../../src/cli/config/config.js';
import { OptionError } from '../../../src/index.js';
import { helpOf, optionsOf } from './help.js';

const serve = {
  module: undefined,
  config: undefined,
  tlsCert: undefined,
  tlsKey: undefined,
  workers: undefined,
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
  [['serve', './app.mjs'], { kind: 'serve', options: { ...serve, module: './app.mjs' } }],
  [
    ['serve', '--tls-cert', 'a.pem', '--tls-key', 'b.pem'],
    { kind: 'serve', options: { ...serve, tlsCert: 'a.pem', tlsKey: 'b.pem' } },
  ],
  [['serve', '--workers', '4'], { kind: 'serve', options: { ...serve, workers: 4 } }],
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
])('reads %j', (args, command) => {
  expect(parseCommandLine(args, '1.2.3')).toEqual(command);
});

test.each([
  [['serve', '--prot', '1'], "--prot is no option; see 'wirekeeper serve --help'."],
  [['serve', '-p=1'], "-p is no option; see 'wirekeeper serve --help'."],
  [['serve', 'a.mjs', 'now'], `"now" is no command or argument; see 'wirekeeper serve --help'.`],
  [['serve', '--port'], "--port needs a value; see 'wirekeeper serve --help'."],
  [
    ['serve', '--port', 'http'],
    `--port is "http"; it must be an integer from 0 to 65535; see 'wirekeeper serve --help'.`,
  ],
  ...['0', '257', 'all', '2.5'].map((workers): [string[], string] => [
    ['serve', '--workers', workers],
    `--workers is "${workers}"; it must be a number from 1 to 256; see 'wirekeeper serve --help'.`,
  ]),
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
])('refuses %j in one sentence', (args, message) => {
  expect(() => parseCommandLine(args, '1.2.3')).toThrow(new OptionError(message));
});

test('its help has every option, and examples', () => {
  expect(optionsOf(helpOf('serve'))).toEqual([
    '--port',
    '--host',
    '--host-name',
    '--config',
    '--nats',
    '--redis',
    '--tls-cert',
    '--tls-key',
    '--workers',
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
  ]);
  expect(helpOf('serve')).toMatch(/^Examples:\n {2}.*wirekeeper serve/m);
});

test('the configuration that its help shows is one', () => {
  const [json = ''] = /\{ "port".*\}(?=\n)/s.exec(helpOf('serve')) ?? [];
  expect(checkConfig(JSON.parse(json))).toMatchObject({ listeners: [{ id: 'chat' }], dialers: [{ id: 'feed' }] });
});
