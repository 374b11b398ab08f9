import { expect, test } from 'vitest';
import { createSupervisor, type Handler } from '../../../src/index.js';
import { start } from '../fake-terminal.js';

/** Serves each connection by the next handler, and keeps to the last one. */
async function serverOf(...handlers: Handler<unknown>[]) {
  const supervisor = createSupervisor();
  const handler: Handler<unknown> = (connection) =>
    (handlers.length > 1 ? handlers.shift() : handlers[0])?.(connection);
  const { address } = await supervisor.listen<unknown>({ port: 0, host: '127.0.0.1', handler });
  return {
    url: `ws://127.0.0.1:${address?.port}/`,
    supervisor,
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  };
}

const echo: Handler<unknown> = async (connection) => {
  for await (const frame of connection) connection.send(frame);
};

test('dials again after a loss, and lines wait meanwhile', async () => {
  await using server = await serverOf(() => ({ code: 1012 }), echo);
  const { terminal, status } = start('dial', server.url);
  await terminal.stderr.said(/dialing again/);
  terminal.stdin.end('patient\n');
  await terminal.stdout.said(/^patient$/m);
  expect(await status).toBe(0);
  expect(terminal.stderr.text).toMatch(/, attempt 2\n\* open\n/);
});

test('a server that closes with 1000 is not redialed', async () => {
  await using server = await serverOf((connection) => {
    connection.send('goodbye');
  });
  const { terminal, status } = start('dial', server.url);
  expect(await status).toBe(0);
  expect(terminal.stdout.lines).toEqual(['goodbye']);
  expect(terminal.stderr.text).not.toContain('dialing again');
});

test.each([
  [1000, 0],
  [1001, 0],
  [1012, 1],
  [4000, 1],
])('--once ends when the server closes with %i, with status %i', async (code, expected) => {
  await using server = await serverOf(() => ({ code }));
  const { terminal, status } = start('dial', '--once', server.url);
  expect(await status).toBe(expected);
  expect(terminal.stderr.text).not.toContain('dialing again');
});

test('--once ends when it cannot connect, and says why', async () => {
  const { url, supervisor } = await serverOf(echo);
  await supervisor.stop();
  const { terminal, status } = start('dial', '--once', url);
  expect(await status).toBe(1);
  expect(terminal.stderr.lines).toHaveLength(2);
});

test('--once awaits an answer after the end of stdin, however late', async () => {
  const answer: { now?: () => void } = {};
  await using server = await serverOf(async (connection) => {
    await connection.receive();
    await new Promise<void>((resolve) => {
      answer.now = resolve;
    });
    connection.send('late answer');
    await connection.closed;
  });
  const { terminal, status } = start('dial', '--once', server.url);
  terminal.stdin.end('question\n');
  await expect.poll(() => answer.now).toBeDefined();
  expect([...server.supervisor.connections.values()].map(({ state }) => state)).toEqual(['open']);
  answer.now?.();
  expect(await status).toBe(0);
  expect(terminal.stdout.lines).toEqual(['late answer']);
});

test('--once waits no longer than its option says', async () => {
  await using server = await serverOf((connection) => connection.closed);
  const { terminal, status } = start('dial', '--once', '--wait', '20', server.url);
  terminal.stdin.end('question\n');
  expect(await status).toBe(0);
});

test('without a line there is a connection all the same, closed with 1000', async () => {
  await using server = await serverOf((connection) => connection.closed);
  const { terminal, status } = start('dial', server.url);
  terminal.stdin.end();
  expect(await status).toBe(0);
  await server.supervisor.stop();
  expect(server.supervisor.endings).toMatchObject([{ trigger: 'peer-closed', code: 1000, framesIn: 0 }]);
});

test('every line has left before the connection is closed', async () => {
  let resolveSeen: (bytes: number) => void = () => {};
  const seen = new Promise<number>((resolve) => {
    resolveSeen = resolve;
  });
  await using server = await serverOf(async (connection) => {
    let bytes = 0;
    for await (const { data } of connection) bytes += data.length;
    resolveSeen(bytes);
  });
  const { terminal, status } = start('dial', server.url);
  const line = 'x'.repeat(9_999);
  terminal.stdin.end(`${line}\n`.repeat(1_000));
  expect(await status).toBe(0);
  expect(await seen).toBe(9_999_000);
});
