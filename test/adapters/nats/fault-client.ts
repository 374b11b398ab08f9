/** Clients of the fault test, which come back to any node and check what they get. */
import { type Cluster, type Topic, type TopicReader, topicPosition } from '../../../src/cluster/index.js';
import type { Connection, Dialer, Supervisor } from '../../../src/index.js';
import type { FaultNode } from './fault-nodes.js';

/** What our own link has had for less than this when it is lost, in ms, may be lost with it. */
const UNSURE_MS = 2_500;

/** What is known of all messages by now. */
export class Said {
  /** The texts of the topic with history, by offset, as whoever got them first has got them. */
  readonly texts = new Map<number, string>();
  /** The numbers that were taken of the topic without history: each is due, or a gap is. */
  readonly due = new Set<number>();
}

/** Publishes numbers to a topic without history, and notes those that are due. */
export class Numbers {
  readonly #topic: Topic;
  readonly #said: Said;
  readonly #at = new Map<number, number>();
  last = 0;

  constructor(cluster: Cluster, said: Said) {
    this.#topic = cluster.topic('coffee');
    this.#said = said;
    cluster.events$.subscribe(({ type }) => {
      if (type === 'broker.down') this.#doubt();
    });
  }

  async publish(): Promise<boolean> {
    this.last += 1;
    const number = this.last;
    this.#at.set(number, performance.now());
    const { result } = await this.#topic.publish(`#${number}`);
    if (result === 'taken') this.#said.due.add(number);
    return result === 'taken';
  }

  /** What was taken last may not have left: then nobody has missed it. */
  #doubt(): void {
    const since = performance.now() - UNSURE_MS;
    for (const [number, at] of this.#at) if (at > since) this.#said.due.delete(number);
  }
}

/** One client across its connections. */
export class FaultClient {
  readonly key: string;
  readonly dialer: Dialer;
  /** The offsets that it has got, in the order in which they came. */
  readonly offsets: number[] = [];
  readonly taken: string[] = [];
  readonly faults: string[] = [];
  readonly #reader: TopicReader = topicPosition();
  readonly #said: Said;
  gapsTold = 0;
  /** The last number that it has got; `undefined` where some may be missing. */
  lastNumber: number | undefined;

  constructor(index: number, supervisor: Supervisor, nodes: readonly FaultNode[], said: Said) {
    this.key = `client-${index}`;
    this.#said = said;
    let attempts = index;
    this.dialer = supervisor.dial({
      url: () => {
        const ready = nodes.filter(({ isReady }) => isReady);
        const node = ready[attempts++ % ready.length];
        return `ws://${node?.host}:${node?.port}/?as=${this.key}&since=${String(this.#reader)}`;
      },
      restart: 'permanent',
      retry: () => 'retry',
      backoff: { initialMs: 50, maxMs: 500, firstWithinMs: 200 },
      limits: { openWithinMs: 2_000 },
      handler: (connection) => this.#handle(connection),
    });
  }

  get position() {
    return this.#reader.position;
  }

  async #handle(connection: Connection<unknown>) {
    this.lastNumber = undefined;
    for await (const frame of connection) {
      const text = frame.text();
      if (text.startsWith('!')) this.taken.push(text.slice(1));
      else if (text.startsWith('?')) this.#gap();
      else if (text.startsWith('#')) this.#number(Number(text.slice(1)));
      else this.#read(frame, text);
    }
    return connection.closed;
  }

  #gap(): void {
    this.gapsTold += 1;
    this.lastNumber = undefined;
  }

  /** A message without history: each that is due follows the one before, unless a gap was told. */
  #number(number: number): void {
    const last = this.lastNumber;
    this.lastNumber = number;
    if (last === undefined) return;
    if (number <= last) this.faults.push(`got #${number} after #${last}`);
    for (let missed = last + 1; missed < number; missed += 1)
      if (this.#said.due.has(missed)) this.faults.push(`missed #${missed}, and was told of no gap`);
  }

  #read(frame: Parameters<TopicReader['read']>[0], text: string): void {
    const read = this.#reader.read(frame);
    if (read === undefined) this.faults.push(`got ${text} twice`);
    else if (read.type === 'position') {
      if (!read.isComplete) this.faults.push('was said to miss something');
    } else {
      const offset = this.position?.offset ?? 0;
      const said = read.frame.data.toString();
      this.offsets.push(offset);
      const before = this.#said.texts.get(offset);
      if (before === undefined) this.#said.texts.set(offset, said);
      else if (before !== said) this.faults.push(`got ${said} for ${before}`);
    }
  }
}
