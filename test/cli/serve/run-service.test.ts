import { expect, test } from 'vitest';
import type { Life } from '../../../src/cli/serve/life.js';
import { runService } from '../../../src/cli/serve/run-service.js';
import { ListenError } from '../../../src/index.js';
import { FakeTerminal } from '../fake-terminal.js';

const options = { json: true, quiet: false, dashboard: false } as const;

/** A life that does nothing by itself. */
const QUIET: Life = {
  worker: undefined,
  obey: () => async () => {},
  open: async () => 1,
  close: async () => {},
  announce: () => {},
};

test('begins, announces itself, ends when its life says so, and lets go of it', async () => {
  const steps: string[] = [];
  let stop = () => {};
  const life: Life = {
    worker: undefined,
    obey: (supervisor) => {
      steps.push('obey');
      void supervisor.events$.subscribe(({ type }) => type === 'supervisor.stopped' && steps.push('stopped'));
      stop = () => void supervisor.stop();
      return async () => void steps.push('release');
    },
    open: async () => {
      steps.push('open');
      return 1;
    },
    close: async () => void steps.push('close'),
    announce: () => {
      steps.push('announce');
      stop();
    },
  };
  expect(await runService(options, new FakeTerminal(), () => life)).toBe(0);
  expect(steps).toEqual(['obey', 'open', 'announce', 'stopped', 'close', 'release']);
});

test('a port that cannot be had is the error, and everything is closed', async () => {
  let isClosed = false;
  const life: Life = {
    ...QUIET,
    open: () => Promise.reject(new ListenError('no port')),
    close: async () => {
      isClosed = true;
    },
  };
  await expect(runService(options, new FakeTerminal(), () => life)).rejects.toThrow('no port');
  expect(isClosed).toBe(true);
});

test('an uncaught error drains, and the status is 1', async () => {
  const terminal = new FakeTerminal();
  const life: Life = { ...QUIET, announce: () => terminal.fault(new Error('a bug')) };
  expect(await runService(options, terminal, () => life)).toBe(1);
  expect(terminal.stdout.text).toContain('"event":"process.uncaught"');
});
