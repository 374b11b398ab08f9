/** Nodes of a cluster, each a process, of which one is behind a network of its own where that can be made. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('cluster-node.mjs', import.meta.url));
/** Runs at the same time have networks of their own. */
const NET = `10.213.${process.pid % 256}`;
const [HOST_SIDE, NODE_SIDE] = [`${NET}.1`, `${NET}.2`];

/** A network namespace with one cable to this machine. */
export interface Network {
  readonly name: string;
  plug(isIn: boolean): void;
  remove(): void;
}

/** Makes one; `undefined` where that is not possible: it takes root on Linux, and `ip`. */
export function makeNetwork(): Network | undefined {
  const name = `wk-${process.pid}`;
  const [ours, theirs] = [`wka${process.pid}`, `wkb${process.pid}`];
  const ip = (...args: readonly string[]) => spawnSync('ip', args).status === 0;
  const remove = () => {
    ip('link', 'del', ours);
    ip('netns', 'del', name);
  };
  const isMade =
    ip('netns', 'add', name) &&
    ip('link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', name) &&
    ip('addr', 'add', `${HOST_SIDE}/30`, 'dev', ours) &&
    ip('link', 'set', ours, 'up') &&
    ip('-n', name, 'addr', 'add', `${NODE_SIDE}/30`, 'dev', theirs) &&
    ip('-n', name, 'link', 'set', theirs, 'up') &&
    ip('-n', name, 'link', 'set', 'lo', 'up');
  if (!isMade) {
    remove();
    return undefined;
  }
  // The far end is cut: on ours the system would know at once.
  return { name, plug: (isIn) => void ip('-n', name, 'link', 'set', theirs, isIn ? 'up' : 'down'), remove };
}

/** A node, across the processes that it is. */
export class FaultNode {
  readonly host: string;
  readonly port: number;
  readonly #servers: string;
  readonly #network: Network | undefined;
  #process: ChildProcess | undefined;
  /** Its id in the cluster. */
  id = '';
  /** Whether a load balancer has clients go there: a drain says so beforehand, a crash does not. */
  isReady = true;
  /** How often it has lost its link with NATS. */
  losses = 0;

  constructor(port: number, natsPort: number, network?: Network) {
    this.port = port;
    this.host = network === undefined ? '127.0.0.1' : NODE_SIDE;
    this.#servers = `${network === undefined ? '127.0.0.1' : HOST_SIDE}:${natsPort}`;
    this.#network = network;
  }

  async start(): Promise<void> {
    const command = [process.execPath, FILE, String(this.port), this.#servers];
    const inside = this.#network === undefined ? [] : ['ip', 'netns', 'exec', this.#network.name];
    const [program = '', ...args] = [...inside, ...command];
    this.#process = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const [id] = await once(this.#process, 'message');
    this.id = String(id);
    this.#process.on('message', (what) => {
      if (what === 'broker.down') this.losses += 1;
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Ends it by a signal. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async restart(signal: NodeJS.Signals): Promise<void> {
    this.isReady = signal !== 'SIGTERM';
    await this.end(signal);
    await this.start();
    this.isReady = true;
  }
}
