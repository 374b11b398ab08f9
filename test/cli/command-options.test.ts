import { expect, test } from 'vitest';
import yargs from 'yargs';
import { serveOptions } from '../../src/cli/command-options.js';
import { checkConfig } from '../../src/cli/config/config.js';

test('the configuration that the help of serve shows is one', async () => {
  const help = await serveOptions(yargs([])).getHelp();
  const [json = ''] = /\{ "port".*\}(?=\n)/s.exec(help) ?? [];
  expect(checkConfig(JSON.parse(json))).toMatchObject({ listeners: [{ id: 'chat' }], dialers: [{ id: 'feed' }] });
});
