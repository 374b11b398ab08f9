import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type NotifierOptions, systemdNotifier } from '../../../src/service/systemd/notifier.js';
import { createHeapClock, type HeapClock } from '../../../src/testing/index.js';

let folder: string;
let command: string;
let clock: HeapClock;
let failures: Error[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-notify-'));
  command = join(folder, 'notify');
  await writeFile(command, `#!/bin/sh\necho "$@" >> ${folder}/sent\n`);
  await chmod(command, 0o755);
});
beforeEach(async () => {
  await writeFile(join(folder, 'sent'), '');
  clock = createHeapClock();
  failures = [];
});
afterAll(() => rm(folder, { recursive: true }));

const sent = async () => (await readFile(join(folder, 'sent'), 'utf8')).split('\n').slice(0, -1);

const notifier = (env: NotifierOptions['env'], given = command) =>
  systemdNotifier({ env, pid: 42, clock, command: given, onFailed: (error) => failures.push(error) });

test('says what happens, in that order', async () => {
  const before = process.hrtime.bigint() / 1000n;
  const { ready, reloading, stopping, close } = notifier({ NOTIFY_SOCKET: '/run/notify' });
  ready();
  reloading();
  ready();
  stopping();
  await close();
  const lines = await sent();
  expect(lines).toEqual([
    'READY=1 MAINPID=42',
    expect.stringMatching(/^RELOADING=1 MONOTONIC_USEC=\d+$/),
    'READY=1 MAINPID=42',
    'STOPPING=1',
  ]);
  expect(BigInt(lines[1]?.split('=').at(-1) ?? 0)).toBeGreaterThanOrEqual(before);
});

test('says nothing where nobody asks', async () => {
  const { ready, close } = notifier({});
  ready();
  await close();
  expect(await sent()).toEqual([]);
});

test.each([
  [{ WATCHDOG_USEC: '10000000' }, 3],
  [{ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '42' }, 3],
  [{ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '41' }, 0],
  [{ WATCHDOG_USEC: 'soon' }, 0],
  [{}, 0],
])('feeds the watchdog of %j twice in its time: %i messages in 10 s', async (env, count) => {
  const { ready, close } = notifier({ NOTIFY_SOCKET: '/run/notify', ...env });
  ready();
  ready();
  await clock.advanceAsync(10_000);
  await close();
  expect((await sent()).filter((line) => line === 'WATCHDOG=1')).toHaveLength(count);
  await clock.advanceAsync(60_000);
  expect((await sent()).filter((line) => line === 'WATCHDOG=1')).toHaveLength(count);
});

test.each([
  ['that is missing', () => join(folder, 'none'), /ENOENT/],
  ['that fails', () => '/bin/false', /\/bin\/false has exited with status 1/],
])('a program %s is reported once, and hinders nobody', async (_what, given, message) => {
  const { ready, stopping, close } = notifier({ NOTIFY_SOCKET: '/run/notify' }, given());
  ready();
  stopping();
  await close();
  expect(failures).toHaveLength(1);
  expect(failures[0]?.message).toMatch(message);
});
