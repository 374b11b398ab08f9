import { fileURLToPath } from 'node:url';
import { BrokerProcess } from './broker.mjs';
import { BenchProcess } from './child-process.mjs';

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const LOAD = pathOf('../load/main.mjs');

/** Who can be compared as a cluster, by the name of the peer. The baseline is no cluster: one process has everybody. */
export const clusters = Object.freeze({
  'raw-ws': {
    broker: undefined,
    nodes: 1,
    node: pathOf('../servers/raw-ws-node.mjs'),
    dialect: 'plain',
    env: { WS_NO_BUFFER_UTIL: '1' },
  },
  supervised: { broker: 'nats-server', nodes: 2, node: pathOf('../servers/cluster-node.mjs'), dialect: 'plain' },
  socketio: {
    broker: 'redis-server',
    nodes: 2,
    node: pathOf('../servers/socketio-cluster-node.mjs'),
    dialect: 'socketio',
  },
});

/** Nodes with their message broker, and the load that is aimed at both; all alive until `end`. */
export class ClusterContestant {
  peer;
  load;
  #dialect;
  #nodes = [];
  #processes = [];

  /**
   * @param {keyof typeof clusters} peer
   * @param {ReturnType<import('./pinning.mjs').findPinning>} pinning the nodes share a core, the broker is on that of
   * the load
   * @param {Partial<import('../servers/settings.mjs').Settings>} settings
   */
  static async start(peer, pinning, settings) {
    const contestant = new ClusterContestant(peer);
    try {
      await contestant.#begin(clusters[peer], pinning, settings);
    } catch (error) {
      await contestant.end();
      throw error;
    }
    return contestant;
  }

  constructor(peer) {
    this.peer = peer;
  }

  async #begin({ broker: program, nodes, node, dialect, env }, pinning, settings) {
    const broker =
      program && (await this.#keep(BrokerProcess.start(program, (command) => pinning.pinned('load', command))));
    const given = JSON.stringify({ ...settings, brokerPort: broker?.port });
    for (let number = 1; number <= nodes; number += 1) {
      const command = pinning.pinned('server', [process.execPath, node, given]);
      this.#nodes.push(await this.#keep(BenchProcess.start({ title: `node ${number} of ${this.peer}`, command, env })));
    }
    const command = pinning.pinned('load', [process.execPath, LOAD]);
    this.load = await this.#keep(BenchProcess.start({ title: `load of ${this.peer}`, command }));
    this.#dialect = dialect;
  }

  /** Opens so many connections, as many to each node. */
  async open(count) {
    for (const { ready } of this.#nodes) {
      await this.load.ask('aim', { port: ready.port, dialect: this.#dialect });
      await this.load.ask('open', { count: count / this.#nodes.length });
    }
  }

  /** Runs one ask of the load and adds what it cost the nodes: `cpuUs`. */
  async measure(ask, args) {
    const before = await this.#cpuUs();
    const result = await this.load.ask(ask, args);
    return { ...result, cpuUs: (await this.#cpuUs()) - before };
  }

  /** The nodes and the load first: they would report that their broker is gone. */
  async end() {
    for (const process of this.#processes.toReversed()) await process.end();
  }

  async #cpuUs() {
    const usages = await Promise.all(this.#nodes.map((node) => node.ask('usage')));
    return usages.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
  }

  async #keep(starting) {
    const process = await starting;
    this.#processes.push(process);
    return process;
  }
}
