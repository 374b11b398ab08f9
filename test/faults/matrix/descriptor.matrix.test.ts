import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleProgram } from '../../support/bundle-program.js';
import { DESCRIPTOR_FAULTS } from './descriptor-faults.js';
import type { DescriptorNews } from './descriptor-program.js';
import { peerProgram } from './peer-process.js';
import { cellsOf } from './table.js';

/** So many files the process may open. */
const MOST_FILES = 128;

const CELLS = cellsOf(DESCRIPTOR_FAULTS);

const runs = new Map<unknown, DescriptorNews>();

beforeAll(async () => {
  await using peers = await peerProgram();
  const folder = await mkdtemp(join(tmpdir(), 'wirekeeper-descriptors-'));
  try {
    const program = await bundleProgram(new URL('descriptor-program.ts', import.meta.url), folder);
    const command = `ulimit -n ${MOST_FILES} && exec "$0" "$@"`;
    const child = spawn('sh', ['-c', command, process.execPath, program, peers.path], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (news: DescriptorNews) => runs.set(CELLS[news.cell], news));
    await once(child, 'exit');
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

describe.each(DESCRIPTOR_FAULTS.map(({ name }) => name))('%s', (fault) => {
  test.each(CELLS.filter((cell) => cell.fault === fault))('$phase, $role, $protocol', (cell) => {
    const news = runs.get(cell);
    if (news === undefined || 'error' in news) throw new Error(news?.error ?? 'the process has not run it');
    expect(news.run.seen).toEqual([cell.outcome]);
    expect(news.run.left).toEqual([]);
    expect(news.run.tookMs).toBeLessThan(news.run.boundMs);
  });
});
