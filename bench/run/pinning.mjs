import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Servers share a core, one at a time; loads have the other. */
const CORES = Object.freeze({ server: 0, load: 1 });

/**
 * Finds out whether processes can be pinned to cores, and says how.
 *
 * @returns {{ note: string | undefined, pinned: (role: keyof typeof CORES, command: readonly string[]) => readonly
 * string[] }}
 */
export function findPinning() {
  const why = reasonNotToPin();
  if (why !== undefined)
    return {
      note: `${why}: servers and load are not pinned to cores, figures swing more`,
      pinned: (_role, command) => command,
    };
  return { note: undefined, pinned: (role, command) => ['taskset', '-c', String(CORES[role]), ...command] };
}

function reasonNotToPin() {
  if (availableParallelism() < 2) return 'there is one core only';
  return spawnSync('taskset', ['-c', '0,1', 'true']).status === 0
    ? undefined
    : 'taskset (util-linux) is missing or not allowed';
}
