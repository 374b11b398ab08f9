import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeAll } from 'vitest';
import { bundleProgram } from '../../support/bundle-program.js';
import { DESCRIPTOR_FAULTS } from './descriptor-faults.js';
import { HeardRuns, holdCells } from './hold-cells.js';
import { PEER_PROGRAM } from './peer-process.js';
import { cellsOf } from './table.js';

/** So many files the process may open. */
const MOST_FILES = 128;

const cells = cellsOf(DESCRIPTOR_FAULTS);
const runs = new HeardRuns(cells);

beforeAll(async () => {
  await using peers = await bundleProgram(PEER_PROGRAM);
  await using program = await bundleProgram(new URL('descriptor-program.ts', import.meta.url));
  const command = `ulimit -n ${MOST_FILES} && exec "$0" "$@"`;
  const child = spawn('sh', ['-c', command, process.execPath, program.path, peers.path], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.on('message', runs.hear);
  await once(child, 'exit');
});

holdCells('descriptor', DESCRIPTOR_FAULTS, cells, runs.of);
