import { Writable } from 'node:stream';
import pino from 'pino';
import { expect, test, vi } from 'vitest';
import { connect, createSupervisor, type Supervisor } from '../../../src/index.js';
import { logEvents } from '../../../src/inspect/index.js';
import type { LogLevel } from '../../../src/inspect/logging/log-entry.js';
import { eventually } from '../../support/eventually.js';

const SECRET = 'hunter2';

/** A console that keeps its lines. */
function aConsole() {
  const lines: [LogLevel, string][] = [];
  const writer = (level: LogLevel) => (line: string) => lines.push([level, line]);
  return {
    lines,
    console: { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') },
  };
}

/** A logger of pino, and the objects that it writes. */
function aPino(options: pino.LoggerOptions = {}) {
  const objects: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      objects.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { objects, pino: pino(options, stream) };
}

/** One connection that opens and ends, a refused handshake, and a listener whose `authenticate` throws. */
async function traffic(supervisor: Supervisor): Promise<void> {
  const listener = await supervisor.listen({
    port: 0,
    id: 'echo',
    path: '/echo',
    authenticate: ({ url }) => {
      if (url.includes('throw')) throw new Error(`no user with token=${SECRET}`);
      return { data: undefined };
    },
    handler: ({ closed }) => closed,
  });
  const place = `ws://127.0.0.1:${listener.address?.port}`;
  const options = { supervisor };
  const connection = await connect(`${place}/echo?token=${SECRET}`, options);
  connection.close(1000, `bye\n token=${SECRET}`);
  await connection.closed;
  await Promise.allSettled([connect(`${place}/none`, options), connect(`${place}/echo?throw`, options)]);
}

test('pino formats each event: its level, what belongs to it as plain data, and a message', async () => {
  const { objects, pino: logger } = aPino();
  const supervisor = createSupervisor({ name: 'shop' });
  logEvents(supervisor, { pino: logger });
  await traffic(supervisor);
  await supervisor.stop();
  const ended = objects.find(({ event, report }) => event === 'connection.ended' && isReport(report));
  expect(ended).toMatchObject({
    level: 30,
    event: 'connection.ended',
    sentence: expect.stringContaining('see RFC 6455 section') as string,
    report: { code: 1000, role: 'accepted', trigger: 'peer-closed' },
    msg: expect.stringMatching(/^closed c\d+ echo The peer closed the connection with 1000 /) as string,
  });
  expect(objects).toContainEqual(
    expect.objectContaining({
      event: 'handshake.refused',
      status: 503,
      err: expect.objectContaining({ name: 'Error', message: 'no user with token=***' }) as object,
    }),
  );
  expect(objects.map(({ event }) => event)).toContain('connection.opened');
  expect(JSON.stringify(objects)).not.toContain(SECRET);
});

const isReport = (value: unknown): boolean => (value as { readonly role?: unknown } | undefined)?.role === 'accepted';

test('fields of a level that pino does not write are not made', async () => {
  const { objects, pino: logger } = aPino({ level: 'error' });
  const info = vi.spyOn(logger, 'info');
  const supervisor = createSupervisor();
  logEvents(supervisor, { pino: logger });
  await traffic(supervisor);
  await supervisor.stop();
  expect(objects).toEqual([]);
  expect(info).not.toHaveBeenCalled();
});

test('a console gets one line for each event, by its level, for people or for programs', async () => {
  const people = aConsole();
  const programs = aConsole();
  const supervisor = createSupervisor();
  logEvents(supervisor, { console: people.console });
  logEvents(supervisor, { console: programs.console, json: true });
  await traffic(supervisor);
  await supervisor.stop();
  expect(people.lines).toHaveLength(programs.lines.length);
  expect(people.lines).toContainEqual([
    'info',
    expect.stringMatching(/^\d\d:\d\d:\d\d {2}opened {4}c\d+ echo +\/echo\?token=\*\*\* from ::ffff:127\.0\.0\.1$/),
  ]);
  const objects = programs.lines.map(([, line]) => JSON.parse(line) as Record<string, unknown>);
  expect(objects.map(({ event }) => event)).toContain('connection.ended');
  expect(JSON.stringify([people.lines, objects])).not.toContain(SECRET);
  for (const [, line] of people.lines) expect(line).not.toContain('\n');
});

test('shows secrets when asked to', async () => {
  const { lines, console } = aConsole();
  const supervisor = createSupervisor();
  logEvents(supervisor, { console, showSecrets: true });
  await traffic(supervisor);
  await supervisor.stop();
  expect(JSON.stringify(lines)).toContain(`/echo?token=${SECRET}`);
});

test('logs nothing below the least level', async () => {
  const { lines, console } = aConsole();
  const supervisor = createSupervisor();
  logEvents(supervisor, { console, level: 'warn' });
  supervisor.events$.subscribe(() => {
    throw new Error('this subscriber has a bug');
  });
  await traffic(supervisor);
  await supervisor.stop();
  expect(lines).toEqual([['error', expect.stringContaining('this subscriber has a bug')]]);
});

test('ends when it is unsubscribed', async () => {
  const { lines, console } = aConsole();
  const supervisor = createSupervisor();
  logEvents(supervisor, { console }).unsubscribe();
  await traffic(supervisor);
  await supervisor.stop();
  expect(lines).toEqual([]);
});

test('a logger that throws is detached, and the supervisor goes on', async () => {
  const broken = {
    ...aConsole().console,
    info: () => {
      throw new Error('the disk is full');
    },
  };
  const { lines, console } = aConsole();
  const supervisor = createSupervisor();
  logEvents(supervisor, { console: broken });
  logEvents(supervisor, { console, level: 'error' });
  await traffic(supervisor);
  await eventually(() => lines.length > 0);
  expect(lines).toEqual([['error', expect.stringContaining('the disk is full')]]);
  expect(supervisor.state).toBe('running');
  await supervisor.stop();
});
