import { beforeAll } from 'vitest';
import { bundleProgram } from '../../support/bundle-program.js';
import { holdCells, Runs } from './hold-cells.js';
import { Barrier, PEER_PROGRAM, PeerProcess, ProcessMeans } from './peer-process.js';
import { type PeerSignal, PROCESS_FAULTS } from './process-faults.js';
import { runCell, StallWatch } from './run-cell.js';
import { cellsOf, type Fault } from './table.js';

/** For how long a process is stopped that goes on. */
const STOPPED_MS = 1_000;

const cells = cellsOf(PROCESS_FAULTS);
const runs = new Runs<PeerSignal>();

function strike(peers: PeerProcess, signal: PeerSignal): void {
  peers.signal(signal === 'SIGKILL' ? 'SIGKILL' : 'SIGSTOP');
  if (signal === 'SIGSTOP, SIGCONT') setTimeout(() => peers.signal('SIGCONT'), STOPPED_MS);
}

/** All cells of one fault have their peers in one process. */
async function runFault(fault: Fault<PeerSignal>, program: string, stalls: StallWatch): Promise<void> {
  await using peers = await PeerProcess.start(program);
  const struck = cells.filter((cell) => cell.fault === fault.name);
  const barrier = new Barrier(struck.length, () => strike(peers, fault.strike));
  await Promise.all(
    struck.map((cell) =>
      runs.add(cell, runCell(cell, new ProcessMeans<PeerSignal>(peers, () => barrier.pass()), stalls)),
    ),
  );
}

beforeAll(async () => {
  using stalls = new StallWatch();
  await using program = await bundleProgram(PEER_PROGRAM);
  await Promise.all(PROCESS_FAULTS.map((fault) => runFault(fault, program.path, stalls)));
});

holdCells('process', PROCESS_FAULTS, cells, runs.of);
