import { beforeAll, describe, expect, test } from 'vitest';
import { Barrier, PeerProcess, ProcessMeans, peerProgram } from './peer-process.js';
import { type PeerSignal, PROCESS_FAULTS } from './process-faults.js';
import { type Run, runCell, StallWatch } from './run-cell.js';
import { cellsOf, type Fault } from './table.js';

/** For how long a process is stopped that goes on. */
const STOPPED_MS = 500;

const CELLS = cellsOf(PROCESS_FAULTS);

const runs = new Map<unknown, Promise<Run>>();

function strike(peers: PeerProcess, signal: PeerSignal): void {
  peers.signal(signal === 'SIGKILL' ? 'SIGKILL' : 'SIGSTOP');
  if (signal === 'SIGSTOP, SIGCONT') setTimeout(() => peers.signal('SIGCONT'), STOPPED_MS);
}

/** All cells of one fault have their peers in one process. */
async function runFault(fault: Fault<PeerSignal>, program: string, stalls: StallWatch): Promise<void> {
  await using peers = await PeerProcess.start(program);
  const cells = CELLS.filter((cell) => cell.fault === fault.name);
  const barrier = new Barrier(cells.length, () => strike(peers, fault.strike));
  const running = cells.map((cell) => {
    const run = runCell(cell, new ProcessMeans<PeerSignal>(peers, () => barrier.pass()), stalls);
    runs.set(cell, run);
    return run;
  });
  await Promise.allSettled(running);
}

beforeAll(async () => {
  using stalls = new StallWatch();
  await using program = await peerProgram();
  await Promise.all(PROCESS_FAULTS.map((fault) => runFault(fault, program.path, stalls)));
}, 120_000);

describe.each(PROCESS_FAULTS.map(({ name }) => name))('%s', (fault) => {
  test.each(CELLS.filter((cell) => cell.fault === fault))('$phase, $role, $protocol', async (cell) => {
    const run = await runs.get(cell);
    expect(run?.seen).toEqual([cell.outcome]);
    expect(run?.left).toEqual([]);
    expect(run?.tookMs).toBeLessThan(run?.boundMs ?? 0);
  });
});
