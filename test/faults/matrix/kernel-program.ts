/**
 * Runs the cells of the kernel's faults in a network namespace of its own; the peers are in a process in another one,
 * whose program is the argument. The namespaces, and the link between them, end with the processes.
 */
import { execFileSync } from 'node:child_process';
import { KERNEL_FAULTS, type KernelStrike, LINK } from './kernel-faults.js';
import { Barrier, PeerProcess, ProcessMeans } from './peer-process.js';
import { reportRun, runCell, StallWatch } from './run-cell.js';
import { type Cell, cellsOf } from './table.js';

const HOSTS = { ours: LINK.ours.address, theirs: LINK.theirs.address };

/** Runs a command of `ip` in the namespace of one side. */
type Ip = (where: KernelStrike['where'], args: readonly string[]) => void;

function ipFor(peers: PeerProcess): Ip {
  const inTheirs = ['nsenter', '-t', String(peers.pid), '-n'];
  return (where, args) => {
    const [command = '', ...rest] = [...(where === 'theirs' ? inTheirs : []), 'ip', ...args];
    execFileSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
  };
}

/** Makes a link between the two namespaces. */
function link(peers: PeerProcess, ip: Ip): void {
  const { ours, theirs } = LINK;
  ip('ours', ['link', 'add', ours.device, 'type', 'veth', 'peer', 'name', theirs.device, 'netns', String(peers.pid)]);
  for (const where of ['ours', 'theirs'] as const) {
    const { device, address } = LINK[where];
    ip(where, ['address', 'add', `${address}/30`, 'dev', device]);
    ip(where, ['link', 'set', device, 'up']);
  }
}

/** Cells that are struck before anything has left: each by itself. */
class SoloMeans extends ProcessMeans<KernelStrike> {
  readonly #ip: Ip;
  #struck: KernelStrike | undefined;

  constructor(peers: PeerProcess, ip: Ip) {
    super(peers, (strike) => this.arm(strike), HOSTS);
    this.#ip = ip;
  }

  arm(strike: KernelStrike): void {
    this.#struck = strike;
    this.#ip(strike.where, strike.on);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    if (this.#struck !== undefined) this.#ip(this.#struck.where, this.#struck.off);
  }
}

async function main(program: string): Promise<void> {
  await using peers = await PeerProcess.start(program, ['unshare', '--net']);
  using stalls = new StallWatch();
  // It is there, in its namespace, once it has answered.
  await peers.listen('plain', () => {}, '0.0.0.0');
  const ip = ipFor(peers);
  link(peers, ip);
  const cells = [...cellsOf(KERNEL_FAULTS).entries()];
  for (const { name, strike } of KERNEL_FAULTS) {
    const struck = cells.filter(([, { fault }]) => fault === name);
    for (const [index, cell] of struck.filter(([, { moment }]) => moment === 'first'))
      await reportRun(index, runCell(cell, new SoloMeans(peers, ip), stalls));
    const together = struck.filter(([, { moment }]) => moment === 'second');
    const barrier = new Barrier(together.length, () => ip(strike.where, strike.on));
    const run = (cell: Cell<KernelStrike>) =>
      runCell(cell, new ProcessMeans<KernelStrike>(peers, () => barrier.pass(), HOSTS), stalls);
    await Promise.all(together.map(([index, cell]) => reportRun(index, run(cell))));
    ip(strike.where, strike.off);
  }
  process.disconnect?.();
}

void main(process.argv[2] ?? '');
