import { fileURLToPath } from 'node:url';
import { BenchProcess } from './child-process.mjs';

const LOAD = fileURLToPath(new URL('../load/main.mjs', import.meta.url));

/** A server with the load that is aimed at it, both alive until `end`. */
export class Contestant {
  peer;
  server;
  load;
  #processes;
  #settings;
  #dialect;
  #startLoad;

  /**
   * @param {{ name: string, dialect: string, command: readonly string[], env?: Record<string, string> }} peer
   * @param {ReturnType<import('./pinning.mjs').findPinning>} pinning
   * @param {Partial<import('../servers/settings.mjs').Settings>} settings
   */
  static async start(peer, pinning, settings) {
    const contestant = new Contestant(peer, pinning, settings);
    try {
      await contestant.#begin(peer, pinning);
    } catch (error) {
      await contestant.end();
      throw error;
    }
    return contestant;
  }

  constructor(peer, pinning, settings) {
    this.peer = peer.name;
    this.#dialect = peer.dialect;
    this.#settings = settings;
    this.#processes = [];
    this.#startLoad = () =>
      this.#keep(
        BenchProcess.start({
          title: `load of ${peer.name}`,
          command: pinning.pinned('load', [process.execPath, LOAD]),
        }),
      );
  }

  async #begin(peer, pinning) {
    const command = pinning.pinned('server', [...peer.command, JSON.stringify(this.#settings)]);
    this.server = await this.#keep(BenchProcess.start({ title: peer.name, command, env: peer.env }));
    this.load = await this.addLoad();
  }

  /** Starts one more load process aimed at this server. */
  async addLoad() {
    const load = await this.#startLoad();
    await load.ask('aim', {
      port: this.server.ready.port,
      dialect: this.#dialect,
      offersDeflate: this.#settings.isDeflated === true,
      tls: this.#settings.tls,
    });
    return load;
  }

  /** Runs one ask of the load and adds what it cost the server: `cpuUs`. */
  async measure(ask, args) {
    const before = await this.server.ask('usage');
    const result = await this.load.ask(ask, args);
    const after = await this.server.ask('usage');
    return { ...result, cpuUs: after.cpuUs - before.cpuUs };
  }

  async end() {
    await Promise.all(this.#processes.map((process) => process.end()));
  }

  async #keep(starting) {
    const process = await starting;
    this.#processes.push(process);
    return process;
  }
}
