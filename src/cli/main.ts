#!/usr/bin/env node
import { createRequire } from 'node:module';
import { basename, relative } from 'node:path';
import { argv } from 'node:process';
import { run } from './run.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };

/** As it was called: by its name when npm has linked it, else by its file. */
function programOf(script: string): string {
  return basename(script) === 'wirekeeper' ? 'wirekeeper' : `node ${relative('', script)}`;
}

function onSignal(listener: () => void): () => void {
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}

// Whoever reads us may stop doing so, `head` for example; commands that mind listen as well.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await run(argv.slice(2), version, {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  program: programOf(argv[1] ?? 'wirekeeper'),
  columns: process.stdout.columns,
  onSignal,
});
