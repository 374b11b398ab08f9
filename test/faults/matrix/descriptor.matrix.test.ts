import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { bundleProgram } from '../../support/bundle-program.js';
import { DESCRIPTOR_FAULTS } from './descriptor-faults.js';
import type { DescriptorNews } from './descriptor-program.js';
import { holdCells } from './hold-cells.js';
import { peerProgram } from './peer-process.js';
import { cellsOf } from './table.js';

/** So many files the process may open. */
const MOST_FILES = 128;

const cells = cellsOf(DESCRIPTOR_FAULTS);
const heard = new Map<unknown, DescriptorNews>();

beforeAll(async () => {
  await using peers = await peerProgram();
  const folder = await mkdtemp(join(tmpdir(), 'wirekeeper-descriptors-'));
  try {
    const program = await bundleProgram(new URL('descriptor-program.ts', import.meta.url), folder);
    const command = `ulimit -n ${MOST_FILES} && exec "$0" "$@"`;
    const child = spawn('sh', ['-c', command, process.execPath, program, peers.path], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (news: DescriptorNews) => heard.set(cells[news.cell], news));
    await once(child, 'exit');
  } finally {
    await rm(folder, { recursive: true });
  }
});

holdCells('descriptor', DESCRIPTOR_FAULTS, cells, (cell) => {
  const news = heard.get(cell);
  if (news === undefined || 'error' in news) throw new Error(news?.error ?? 'the process has not run it');
  return news.run;
});
