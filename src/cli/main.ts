#!/usr/bin/env node
import { closeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, relative } from 'node:path';
import { argv } from 'node:process';
import { isatty } from 'node:tty';
import type { SignalName } from './process/terminal.js';
import { forkWorker, primaryLink } from './process/worker-processes.js';
import { run } from './run.js';

/** A closing terminal sends SIGHUP: it ends the command in good order, too. */
const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };

/** As it was called: by its name when npm has linked it, else by its file. */
function programOf(script: string): string {
  return basename(script) === 'wirekeeper' ? 'wirekeeper' : `node ${relative('', script)}`;
}

function onSignal(listener: (signal: SignalName) => void): () => void {
  let isHeard = true;
  const hear = (signal: NodeJS.Signals) => {
    if (isHeard) listener(signal as SignalName);
  };
  // It stays: by Node's default a further signal would terminate the process while a command is ending.
  for (const signal of SIGNALS) process.on(signal, hear);
  return () => {
    isHeard = false;
  };
}

function onUncaught(listener: (thrown: unknown) => void): () => void {
  process.on('uncaughtException', listener);
  return () => process.off('uncaughtException', listener);
}

// Readers may go away, `head` for example, and disks may be full: the callback of each write reports it to its caller.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// Node's writes to a terminal block: a terminal that is stopped, by Ctrl-S or a hanging connection, would stop the
// service.
for (const stream of [process.stdout, process.stderr]) {
  const { _handle: handle } = stream as {
    readonly _handle?: { readonly setBlocking?: (isBlocking: boolean) => unknown } | null;
  };
  if (stream.isTTY) handle?.setBlocking?.(false);
}

const status = await run(argv.slice(2), version, {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  program: programOf(argv[1] ?? 'wirekeeper'),
  env: process.env,
  columns: process.stdout.columns,
  onSignal,
  forkWorker,
  primary: primaryLink(process.env),
  pid: process.pid,
  onUncaught,
  now: () => performance.now(),
});
// Node restores the mode of a terminal when it exits, and aborts if the terminal is gone by then; it leaves closed
// streams alone.
for (const [fd, { isTTY }] of [process.stdin, process.stdout, process.stderr].entries())
  if (isTTY && !isatty(fd)) closeSync(fd);
// Unread output, and stdin if it is open, would keep the process alive.
process.exit(status);
