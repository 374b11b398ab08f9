import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { Program } from './program.js';

const SPELL_MS = 2000;
/** Strangers have come in when so long as this none has. */
const CALM_MS = 500;
const LOOK_MS = 50;

/** Strangers of a kind that are there at least. */
const FEWEST = 180;

/** The connections of the good client. */
const GOOD = 4;

/** The bound of V8's heap, by a flag of Node. */
export const HEAP_MIB = 512;
const MIB = 2 ** 20;

/** What the good client has seen in a spell: times in ms. */
export interface Seen {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly ended: number;
}

/** What the service says of itself. */
interface Used {
  readonly port: number;
  readonly mostBytes: number;
  readonly connections: { readonly open: number };
}

/** A service with default options, a good client, and strangers, each in a process of its own. */
export class Trial implements AsyncDisposable {
  readonly #service: Program;
  readonly #client: Program;
  readonly #strangers: Program;
  #mostBytes = 0;

  private constructor(service: Program, client: Program, strangers: Program) {
    this.#service = service;
    this.#client = client;
    this.#strangers = strangers;
  }

  static async start(): Promise<Trial> {
    const service = await Program.start('service', {
      processor: 0,
      isLoopAlone: true,
      nodeFlags: [`--max-old-space-size=${HEAP_MIB}`],
    });
    const { port } = await service.ask<Used>({ order: 'count' });
    // It stands for another machine.
    const client = await Program.start('client', { processor: 1, turn: 'first' }, port);
    // They have all the time of a processor that the others leave, and none that they need.
    const strangers = await Program.start('strangers', { processor: 1, turn: 'last' }, port);
    const trial = new Trial(service, client, strangers);
    await trial.#spell();
    return trial;
  }

  /** What the service has had resident at most, in MiB. */
  get mostMib(): number {
    return this.#mostBytes / MIB;
  }

  /** Has the client measure alone, and then beside strangers of these kinds; none of its connections may end. */
  async round(kinds: readonly string[]): Promise<{ readonly alone: Seen; readonly beside: Seen }> {
    while ((await this.#used()).connections.open > GOOD) await wait(LOOK_MS);
    const alone = await this.#spell();
    await this.#strangers.ask({ order: 'start', kinds });
    await this.#calm();
    const beside = await this.#spell();
    const { here } = await this.#strangers.ask<{ here: number }>({ order: 'stop' });
    // Those that were thrown out come again: a few are on their way.
    expect(here).toBeGreaterThanOrEqual(FEWEST);
    expect([alone.ended, beside.ended]).toEqual([0, 0]);
    this.#mostBytes = (await this.#used()).mostBytes;
    return { alone, beside };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of [this.#strangers, this.#client, this.#service]) await program[Symbol.asyncDispose]();
  }

  /** Waits until all who are let in have come. */
  async #calm(): Promise<void> {
    for (let before = Number.NaN, open = 0; open !== before; ) {
      before = open;
      await wait(CALM_MS);
      open = (await this.#used()).connections.open;
    }
  }

  #used(): Promise<Used> {
    return this.#service.ask<Used>({ order: 'count' });
  }

  async #spell(): Promise<Seen> {
    this.#client.tell({ order: 'begin' });
    await wait(SPELL_MS);
    return await this.#client.ask<Seen>({ order: 'end' });
  }
}
