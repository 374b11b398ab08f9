import { beforeAll, expect, test } from 'vitest';
import { jsonOfReplay, textOfReplay } from '../../../src/cli/replay/replay-output.js';
import { replay as again } from '../../../src/inspect/index.js';
import { start } from '../fake-terminal.js';
import { type Recorded, record } from './recorded.js';

let timeline: Recorded['timelines']['connection'];

beforeAll(async () => {
  timeline = (await record()).timelines.connection;
});

async function replayed(stdin: string, ...args: string[]) {
  const { terminal, status } = start('replay', ...args);
  terminal.stdin.end(stdin);
  return { status: await status, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
}

test('prints the replay for people, and with --json for programs', async () => {
  const text = JSON.stringify(timeline);
  expect(await replayed(text, '-')).toEqual({ status: 0, stdout: textOfReplay(again(text)), stderr: '' });
  expect(await replayed(text, '-', '--json')).toEqual({ status: 0, stdout: jsonOfReplay(again(text)), stderr: '' });
});

test('has status 1 when the machine does something else', async () => {
  const text = JSON.stringify(timeline).replace('"to":"closing.crossed"', '"to":"open"');
  const { status, stdout } = await replayed(text, '-');
  expect(status).toBe(1);
  expect(stdout).toMatch(/The machine of this release does not do the same: /);
});

test.each([[['-']], [['']], [[]], [['/nowhere/at/all']], [['-', '--format', 'dot']]])(
  'has status 2 and one line on stderr for %j with nothing on stdin',
  async (args) => {
    const { status, stdout, stderr } = await replayed('', ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^wirekeeper: .* \[WIREKEEPER_OPTION\]\n$/);
  },
);
