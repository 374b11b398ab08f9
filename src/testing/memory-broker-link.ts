import type {
  AppendResult,
  BrokerLink,
  BrokerLog,
  BrokerMessage,
  LogEntry,
  LogPlace,
  LogRead,
  LogSpec,
} from '../cluster/port/broker.js';
import type { Clock } from '../supervisor/api/clock.js';
import type { MemoryLog } from './memory-log.js';
import { MemoryPipe } from './memory-pipe.js';

/** What a link needs of its broker. */
export interface BrokerServer {
  readonly clock: Clock;
  readonly maxPayloadBytes: number;
  distribute(subject: string, message: BrokerMessage): void;
  logOf(spec: LogSpec): MemoryLog;
  left(link: MemoryBrokerLink): void;
}

type Receive = (message: BrokerMessage) => void;

/** The link of one node with the broker in memory. */
export class MemoryBrokerLink implements BrokerLink {
  readonly node: string;
  readonly ended: Promise<unknown>;
  readonly #server: BrokerServer;
  readonly #out: MemoryPipe;
  readonly #in: MemoryPipe;
  readonly #receivers = new Map<string, Set<Receive>>();
  #settle: (error: unknown) => void = () => {};
  /** Rejects what waits for an answer. */
  readonly #waiting = new Set<(error: unknown) => void>();
  #isHeld = false;
  #error: Error | undefined;

  constructor(node: string, server: BrokerServer) {
    this.node = node;
    this.#server = server;
    this.#out = new MemoryPipe(server.clock);
    this.#in = new MemoryPipe(server.clock);
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get maxPayloadBytes(): number {
    return this.#server.maxPayloadBytes;
  }

  get clock(): Clock {
    return this.#server.clock;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  subscribe(subject: string, receive: Receive): () => void {
    // An entry of its own, also for a function that has subscribed before.
    const own: Receive = (message) => {
      if (isWanted) receive(message);
    };
    let isWanted = true;
    this.#out.push(() => {
      const receivers = this.#receivers.get(subject) ?? new Set();
      this.#receivers.set(subject, receivers.add(own));
    });
    return () => {
      isWanted = false;
      this.#out.push(() => {
        const receivers = this.#receivers.get(subject);
        if (receivers?.delete(own) === true && receivers.size === 0) this.#receivers.delete(subject);
      });
    };
  }

  flush(): Promise<void> {
    return this.ask(() => {});
  }

  publish(subject: string, message: BrokerMessage): boolean {
    if (this.#error !== undefined) return false;
    const copy = copyOf(message);
    this.#out.push(() => this.#server.distribute(subject, copy));
    return true;
  }

  async openLog(spec: LogSpec): Promise<BrokerLog> {
    return await this.ask(() => new LinkedLog(this.#server.logOf(spec), spec.name, this));
  }

  async close(): Promise<void> {
    if (this.#error === undefined && !this.#isHeld) await this.ask(() => {}).catch(() => {});
    this.end(undefined);
  }

  receiversOf(subject: string): readonly Receive[] {
    return [...(this.#receivers.get(subject) ?? [])];
  }

  deliver(arrive: () => void, delayMs: number): void {
    this.#in.push(arrive, delayMs);
  }

  hold(): void {
    this.#isHeld = true;
    this.#out.hold();
    this.#in.hold();
  }

  release(): void {
    this.#isHeld = false;
    this.#out.release();
    this.#in.release();
  }

  end(error: Error | undefined): void {
    if (this.#error !== undefined) return;
    this.#error = error ?? new Error('the link was closed');
    this.#out.cut();
    this.#in.cut();
    this.#receivers.clear();
    for (const reject of this.#waiting) reject(this.#error);
    this.#waiting.clear();
    this.#server.left(this);
    this.#settle(error);
  }

  /** Publishes an entry of a log to those who follow its key. */
  distribute(subject: string, entry: LogEntry): void {
    this.#server.distribute(subject, entry);
  }

  /** Has the broker do something, and resolves with the result; rejects when the link ends first. */
  ask<T>(answer: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#error !== undefined) return reject(this.#error);
      this.#waiting.add(reject);
      this.#out.push(() => {
        const result = answer();
        this.#in.push(() => {
          this.#waiting.delete(reject);
          resolve(result);
        });
      });
    });
  }
}

/** A log as one link has it. */
class LinkedLog implements BrokerLog {
  readonly #log: MemoryLog;
  readonly #name: string;
  readonly #link: MemoryBrokerLink;

  constructor(log: MemoryLog, name: string, link: MemoryBrokerLink) {
    this.#log = log;
    this.#name = name;
    this.#link = link;
  }

  get epoch(): string {
    return this.#log.epoch;
  }

  async append(key: string, message: BrokerMessage, withinMs: number): Promise<AppendResult> {
    if (message.payload.length > this.#link.maxPayloadBytes)
      return { kind: 'refused', error: new Error(`the payload has more than ${this.#link.maxPayloadBytes} bytes`) };
    const copy = copyOf(message);
    const stored = this.#link.ask((): AppendResult => {
      const entry = this.#log.append(key, copy);
      this.#link.distribute(`${this.#name}/${key}`, entry);
      return { kind: 'stored', place: { offset: entry.offset, at: entry.at } };
    });
    const unconfirmed: AppendResult = { kind: 'unconfirmed' };
    let timer: unknown;
    const late = new Promise<AppendResult>((resolve) => {
      timer = this.#link.clock.setTimeout(() => resolve(unconfirmed), withinMs);
    });
    const result = await Promise.race([stored.catch(() => unconfirmed), late]);
    this.#link.clock.clearTimeout(timer);
    return result;
  }

  follow(key: string, receive: (entry: LogEntry) => void): () => void {
    return this.#link.subscribe(`${this.#name}/${key}`, (message) => receive(message as LogEntry));
  }

  read(key: string, after: LogPlace, limit: number): Promise<LogRead> {
    return this.#link.ask(() => this.#log.read(key, after, limit));
  }

  last(key: string): Promise<LogPlace | undefined> {
    return this.#link.ask(() => this.#log.last(key));
  }
}

/** A broker sends bytes: what their owner does with his own later is nothing to it. */
function copyOf({ payload, headers }: BrokerMessage): BrokerMessage {
  return { payload: Buffer.from(payload), headers: { ...headers } };
}
