import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { beforeAll, test } from 'vitest';
import { bundleProgram } from '../../support/bundle-program.js';
import { HeardRuns, holdCells } from './hold-cells.js';
import { KERNEL_FAULTS } from './kernel-faults.js';
import { PEER_PROGRAM } from './peer-process.js';
import { cellsOf } from './table.js';

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** Only root may make them, with `ip` of iproute2. */
const mayMakeNamespaces = process.getuid?.() === 0 && works('ip', '-V');
const canMakeNamespaces = mayMakeNamespaces && works('unshare', '--net', 'ip', 'link', 'add', 'wk', 'type', 'veth');

const cells = cellsOf(KERNEL_FAULTS);
const runs = new HeardRuns(cells);

if (canMakeNamespaces) {
  beforeAll(async () => {
    await using peers = await bundleProgram(PEER_PROGRAM);
    await using program = await bundleProgram(new URL('kernel-program.ts', import.meta.url));
    const child = spawn('unshare', ['--net', process.execPath, program.path, peers.path], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', runs.hear);
    await once(child, 'exit');
  });

  holdCells(undefined, KERNEL_FAULTS, cells, runs.of);
} else {
  const missing = 'the kernel makes no faults here: network namespaces with a veth link need root, ip, and unshare';
  test(missing, (context) => {
    if (mayMakeNamespaces && process.env['WIREKEEPER_REQUIRE_PEERS'] === '1') throw new Error(missing);
    context.skip(missing);
  });
}
