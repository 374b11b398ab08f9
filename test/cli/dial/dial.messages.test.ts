import { expect, test } from 'vitest';
import { run } from '../../../src/cli/run.js';
import type { Handler } from '../../../src/index.js';
import { FakeTerminal, start } from '../fake-terminal.js';
import { echo, served } from './served.js';

/** A handler that keeps what it hears. */
function listener() {
  const heard: { text: string; isBinary: boolean }[] = [];
  const handler: Handler<unknown> = async (connection) => {
    for await (const frame of connection) {
      heard.push({ text: frame.data.toString('latin1'), isBinary: frame.isBinary });
      connection.send(frame);
    }
  };
  return { heard, handler };
}

test('-x sends its messages, in their order, before the lines of stdin', async () => {
  const { heard, handler } = listener();
  await using server = await served(handler);
  const { terminal, status } = start('dial', server.url, '-x', 'login', '-x', 'subscribe');
  terminal.stdin.end('line\n');
  expect(await status).toBe(0);
  expect(heard.map(({ text }) => text)).toEqual(['login', 'subscribe', 'line']);
});

test('-x with --wait prints the answer and ends, and leaves stdin alone', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', server.url, '-x', 'question', '--wait', '5000');
  terminal.stdin.write('never sent\n');
  expect(await status).toBe(0);
  expect(terminal.stdout.lines).toEqual(['question']);
});

test('-x sends its messages again after a loss, on each connection', async () => {
  const logins: (string | undefined)[] = [];
  await using server = await served(async (connection) => {
    logins.push((await connection.receive())?.text());
    if (logins.length === 1) return { code: 1012 };
    await connection.receive();
    return undefined;
  });
  const { terminal, status } = start('dial', server.url, '-x', 'login');
  terminal.stdin.write('');
  await terminal.stderr.said(/, attempt 2\n\* open\n/);
  terminal.stdin.end('bye\n');
  expect(await status).toBe(0);
  expect(logins).toEqual(['login', 'login']);
});

test('--binary sends the bytes of each line, and what is no UTF-8 is sent only then', async () => {
  const { heard, handler } = listener();
  await using server = await served(handler);
  const binary = start('dial', server.url, '--once', '--binary', '-x', 'ü');
  binary.terminal.stdin.end(Buffer.from('a\u00ff\u0000\nb', 'latin1'));
  expect(await binary.status).toBe(0);
  expect(heard).toEqual([
    { text: '\u00c3\u00bc', isBinary: true },
    { text: 'a\u00ff\u0000', isBinary: true },
    { text: 'b', isBinary: true },
  ]);
  const text = start('dial', server.url, '--once');
  text.terminal.stdin.end(Buffer.from('a\u00ff\nb\n', 'latin1'));
  expect(await text.status).toBe(1);
  expect(text.terminal.stdout.lines).toEqual(['b']);
  expect(text.terminal.stderr.text).toContain('* not sent, a text message must be UTF-8');
});

test('--whole sends stdin as one message, however many lines and bytes it has', async () => {
  const { heard, handler } = listener();
  await using server = await served(handler, { limits: { maxPayloadBytes: 4_194_304 } });
  const lines = 'x'.repeat(1_023).concat('\n').repeat(3_000);
  const { terminal, status } = start('dial', server.url, '--once', '--whole');
  terminal.stdin.end(lines);
  expect(await status).toBe(0);
  expect(heard.map(({ text }) => text === lines)).toEqual([true]);
});

test('--show-binary raw writes binary messages as they are, so that what was sent comes back', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', server.url, '--once', '--binary', '--whole', '--show-binary', 'raw');
  terminal.stdin.end('one\ntwo');
  expect(await status).toBe(0);
  expect(terminal.stdout.text).toBe('one\ntwo');
});

test.each([
  [['--json'], false, '--show-binary raw and --json exclude each other.'],
  [[], true, '--show-binary raw is for files and pipes; stdout is a terminal.'],
])(
  '--show-binary raw is refused beside %j, on a terminal: %s, where it would do harm',
  async (args, isTTY, sentence) => {
    const terminal = new FakeTerminal();
    Object.assign(terminal.stdout, { isTTY });
    expect(await run(['dial', 'ws://127.0.0.1:9/', '--show-binary', 'raw', ...args], '1.2.3', terminal)).toBe(2);
    expect(terminal.stderr.text).toContain(sentence);
  },
);

test('--timestamps shows when each line was printed', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', server.url, '--once', '--timestamps', '-x', 'hello');
  terminal.stdin.end();
  expect(await status).toBe(0);
  expect(terminal.stdout.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z hello\n$/);
  expect(terminal.stderr.lines.filter((line) => !/^\d{4}-\S+Z \* /.test(line))).toEqual([]);
});

test('--ping prints how long each Pong took, and waits for the first at the end of stdin', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', server.url, '--ping', '60000');
  terminal.stdin.end();
  expect(await status).toBe(0);
  expect(terminal.stderr.text).toMatch(/\* open\n\* pong after \d+\.\d ms\n/);
});

test('--slash obeys /ping and /close, whose code is what the user wanted', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', server.url, '--slash');
  terminal.stdin.write('/ping\n//not a command\n/nonsense\n');
  await terminal.stdout.said(/\/not a command/);
  await terminal.stderr.said(/pong after/);
  terminal.stdin.write('/close 1006\n');
  await terminal.stderr.said(/\* code 1006 may not be sent/);
  terminal.stdin.write('/close 4000 all done\nnever sent\n');
  expect(await status).toBe(1);
  expect(terminal.stderr.text).toContain('* /nonsense is no command');
  await server.supervisor.stop();
  expect(server.supervisor.endings).toMatchObject([{ trigger: 'peer-closed', code: 4000, reason: 'all done' }]);
});

test('/close waits for the connection, and its code is as good as 1000', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', server.url, '--slash');
  terminal.stdin.end('/close 4000\n');
  expect(await status).toBe(0);
  await server.supervisor.stop();
  expect(server.supervisor.endings).toMatchObject([{ code: 4000 }]);
});

test('/close ends the wait for the next connection', async () => {
  await using server = await served(() => ({ code: 1012 }));
  const { terminal, status } = start('dial', server.url, '--slash');
  await terminal.stderr.said(/dialing again/);
  terminal.stdin.write('/close\n');
  expect(await status).toBe(1);
});

test('without --slash a slash is a character', async () => {
  await using server = await served(echo);
  const { terminal, status } = start('dial', '--once', server.url);
  terminal.stdin.end('/close\n');
  expect(await status).toBe(0);
  expect(terminal.stdout.lines).toEqual(['/close']);
});
