import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Stack } from './peer.js';

/** Debian's own interpreter: the modules of its packages are seen by no other. */
const PYTHON = '/usr/bin/python3';

/** A stack of one of the programs in the folder `python`. */
export function pythonStack(
  module: 'websockets' | 'autobahn',
  rest: Pick<Stack, 'answerTo' | 'canCloseWithAnyCode'>,
): Stack {
  const isInstalled = spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0;
  return {
    name: `python3-${module}`,
    missing: isInstalled ? undefined : `python3-${module} is not installed: run scripts/install-peers.sh python`,
    roles: ['client', 'server'],
    command: [PYTHON, '-B', fileURLToPath(new URL(`python/${module}_peer.py`, import.meta.url))],
    canFragment: true,
    ...rest,
  };
}
