import type {
  AppendResult,
  BrokerLog,
  BrokerMessage,
  LogEntry,
  LogPlace,
  LogRead,
  LogSpec,
} from '../../cluster/port/broker.js';
import { APPEND, channelOf, keysOf, LAST_KEPT_MS, LOST, OPEN, READ } from './log-scripts.js';
import { bytesOf, lineAt, messageFrom } from './message-bytes.js';
import type { RedisLine, Reply } from './redis-line.js';
import type { RedisSettings } from './resolve-redis.js';

/** Calls a function for each message of a channel. */
export type Listen = (channel: string, receive: (bytes: Buffer) => void) => () => void;

/**
 * A log of Redis: a stream for each key, and one count of offsets for all. A script appends an entry and publishes it
 * in one step, so that nobody has to wait at a stream.
 */
export class RedisLog implements BrokerLog {
  readonly epoch: string;
  readonly #line: RedisLine;
  readonly #listen: Listen;
  readonly #spec: LogSpec;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #mostBytes: number;

  static async open(line: RedisLine, listen: Listen, spec: LogSpec, settings: RedisSettings): Promise<RedisLog> {
    const run = /^run_id:(\w+)/m.exec(String(await line.send(['INFO', 'server'])))?.[1] ?? '';
    const survives = settings.survivesRestart ? '1' : '0';
    const epoch = await line.run(OPEN, [keysOf(spec.name).log], [run, survives]);
    return new RedisLog(line, listen, spec, String(epoch), settings.maxPayloadBytes);
  }

  private constructor(line: RedisLine, listen: Listen, spec: LogSpec, epoch: string, mostBytes: number) {
    this.epoch = epoch;
    this.#line = line;
    this.#listen = listen;
    this.#spec = spec;
    this.#keys = keysOf(spec.name);
    this.#mostBytes = mostBytes;
  }

  async append(key: string, message: BrokerMessage, withinMs: number): Promise<AppendResult> {
    const { messages, ageMs, name } = this.#spec;
    if (message.payload.length > this.#mostBytes)
      return { kind: 'refused', error: new Error(`the payload has more than ${this.#mostBytes} bytes`) };
    const args = [this.epoch, bytesOf(message), String(messages), String(ageMs), channelOf(name, key)];
    const appended = this.#run(APPEND, key, args).then(
      (id): AppendResult => {
        const place = placeFrom(id);
        return place === undefined ? { kind: 'unconfirmed' } : { kind: 'stored', place };
      },
      // What Redis has answered it has not done. Anything else may mean that only the answer was lost.
      (error: unknown): AppendResult =>
        this.#line.isAnswer(error) ? { kind: 'refused', error } : { kind: 'unconfirmed' },
    );
    return await this.#within(withinMs, appended);
  }

  follow(key: string, receive: (entry: LogEntry) => void): () => void {
    return this.#listen(channelOf(this.#spec.name, key), (bytes) => {
      const { line, rest } = lineAt(bytes, 0);
      const [epoch, id, previous] = line.split(' ');
      const place = placeFrom(id);
      // Another program has published it.
      if (place === undefined) return;
      if (epoch === this.epoch) receive({ ...messageFrom(bytes.subarray(rest)), ...place, previous: Number(previous) });
      else this.#lost();
    });
  }

  async read(key: string, after: LogPlace, limit: number): Promise<LogRead> {
    const answer = await this.#run(READ, key, [this.epoch, String(after.offset + 1), String(limit)]);
    const [found, last, now] = answer as readonly Reply[];
    const entries = (found as readonly Reply[]).map(entryFrom);
    return { entries, isComplete: this.#hasAll(after, entries[0], placeFrom(last), Number(now)) };
  }

  async last(key: string): Promise<LogPlace | undefined> {
    return placeFrom(await this.#line.send(['GET', this.#keys.last(this.epoch, key)]));
  }

  /** Whether there was no entry between a place and the first one found after it, or the end. */
  #hasAll(after: LogPlace, first: ReadEntry | undefined, last: LogPlace | undefined, now: number): boolean {
    if (first !== undefined && first.before > 0) return first.before <= after.offset;
    if (first === undefined && last !== undefined) return last.offset <= after.offset;
    // Redis knows of none before: had there been one since, it would. Clocks may be hours apart.
    return after.at > (first?.at ?? now) - this.#spec.ageMs - LAST_KEPT_MS / 2;
  }

  async #run(script: string, key: string, args: readonly (string | Buffer)[]): Promise<Reply> {
    const keys = [this.#keys.log, this.#keys.entries(this.epoch, key), this.#keys.last(this.epoch, key)];
    try {
      return await this.#line.run(script, keys, args);
    } catch (error) {
      if (this.#line.isAnswer(error) && error.message.startsWith(LOST)) this.#lost();
      throw error;
    }
  }

  /** The log was deleted, and made again by another node perhaps: on a new link there is a new one. */
  #lost(): void {
    this.#line.end(new Error(`Redis has lost the log ${this.#spec.name}`));
  }

  async #within(ms: number, appended: Promise<AppendResult>): Promise<AppendResult> {
    const { clock } = this.#line;
    let timer: unknown;
    const late = new Promise<AppendResult>((resolve) => {
      timer = clock.setTimeout(() => resolve({ kind: 'unconfirmed' }), ms);
    });
    const result = await Promise.race([appended, late]);
    clock.clearTimeout(timer);
    return result;
  }
}

/** An entry that was read, and the offset of the one before it: 0 if Redis knew of none. */
interface ReadEntry extends LogEntry {
  readonly before: number;
}

/** The place that an id says. */
function placeFrom(id: Reply | undefined): LogPlace | undefined {
  const [, offset, at] = /^(\d+)-(\d+)$/.exec(String(id ?? '')) ?? [];
  return offset === undefined ? undefined : { offset: Number(offset), at: Number(at) };
}

/** An entry as XRANGE gives it: its id, and its fields with their values. */
function entryFrom(reply: Reply): ReadEntry {
  const [id, fields] = reply as readonly Reply[];
  const [, previous, , message] = fields as readonly Reply[];
  const { offset, at } = placeFrom(id) ?? { offset: 0, at: 0 };
  return { ...messageFrom(message as Buffer), offset, at, before: Number(String(previous)) };
}
