/**
 * Runs the cells of EMFILE, one after the other, in a process that may open few files; `ulimit -n` was set by who started
 * it. The peers are in a process of their own: its program is the argument.
 */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { boundMs } from './cell.js';
import { DESCRIPTOR_FAULTS } from './descriptor-faults.js';
import { PeerProcess, ProcessMeans } from './peer-process.js';
import { type Run, reportRun, runCell, StallWatch } from './run-cell.js';
import { SupervisedSide } from './supervised-side.js';
import { type Cell, cellsOf } from './table.js';
import { until } from './until.js';

const STEP_WITHIN_MS = 40_000;

/** Files that are open for no other reason than to have none left. */
class Descriptors {
  #held: number[] = [];

  /** Opens files until there are none left. */
  exhaust(): void {
    try {
      for (;;) this.#held.push(openSync(devNull, 'r'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error;
    }
  }

  release(): void {
    for (const descriptor of this.#held) closeSync(descriptor);
    this.#held = [];
  }
}

class DescriptorMeans extends ProcessMeans<'EMFILE'> {
  readonly #descriptors = new Descriptors();

  constructor(peers: PeerProcess) {
    super(peers, () => this.#descriptors.exhaust());
  }

  arm(): void {
    this.#descriptors.exhaust();
  }

  relent(): void {
    this.#descriptors.release();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.relent();
  }
}

/** A client comes while there is no descriptor, and another one afterwards. */
async function runNewcomer(cell: Cell<'EMFILE'>, peers: PeerProcess, stalls: StallWatch): Promise<Run> {
  const descriptors = new Descriptors();
  const { protocol, limits, within } = cell;
  await using side = new SupervisedSide('accepted', protocol, limits);
  await side.listen();
  const stalledBefore = stalls.stalledMs;
  descriptors.exhaust();
  const struckAt = performance.now();
  const first = await peers.connect(side.port, protocol);
  first?.request();
  await until(() => first === undefined || first.hasEnded, 'the end of the client', STEP_WITHIN_MS);
  await until(() => side.dropped.length > 0, 'a report of it', STEP_WITHIN_MS);
  const [dropped] = side.dropped;
  descriptors.release();
  const second = await peers.connect(side.port, protocol);
  second?.request();
  const connection = await side.connection(STEP_WITHIN_MS);
  second?.send('let in again');
  await until(() => second?.texts.includes('let in again') === true, 'an echo', STEP_WITHIN_MS);
  connection.close();
  await side.end(STEP_WITHIN_MS);
  await until(() => side.left.length === 0, 'nothing is left', STEP_WITHIN_MS).catch(() => {});
  return {
    seen: side.dropped.map(({ outcome }) => outcome),
    tookMs: (dropped?.at ?? 0) - struckAt,
    boundMs: boundMs(within, limits, stalls.stalledMs - stalledBefore),
    left: side.left,
  };
}

async function main(program: string): Promise<void> {
  await using peers = await PeerProcess.start(program);
  using stalls = new StallWatch();
  for (const [index, cell] of cellsOf(DESCRIPTOR_FAULTS).entries()) {
    const run =
      cell.outcome.is === 'dropped'
        ? runNewcomer(cell, peers, stalls)
        : runCell(cell, new DescriptorMeans(peers), stalls);
    await reportRun(index, run);
  }
  process.disconnect?.();
}

void main(process.argv[2] ?? '');
