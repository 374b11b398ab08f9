import type { Clock } from '../../supervisor/api/clock.js';
import { type Deferred, deferred } from '../../supervisor/time/deferred.js';
import { BrokerDownError } from '../api/errors.js';
import { positionOf, type TopicPosition } from '../api/position.js';
import type { BrokerLog, LogEntry, LogPlace } from '../port/broker.js';
import { EarlyEntries } from './early-entries.js';
import type { FeedSink } from './feed-sink.js';
import { OlderReads } from './older-reads.js';
import { Tail } from './tail.js';

/** How many entries are read at once. */
const BATCH = 128;

/** How long after a failure the log is read again, in ms. */
const RETRY_MS = 500;

/**
 * The entries of one key of a log, in order and each once, across all links: live while it can, and read from the log
 * where live ones are missing.
 */
export class LogFeed {
  readonly tail = new Tail();
  readonly older: OlderReads;
  readonly #key: string;
  readonly #open: () => Promise<BrokerLog>;
  readonly #sink: FeedSink;
  readonly #clock: Clock;
  #log: BrokerLog | undefined;
  #leave: () => void = () => {};
  #epoch: string | undefined;
  /** The last entry that was delivered, or where the feed began. */
  #cursor: LogPlace | undefined;
  /** Those that wait for the ones before them. */
  readonly #early = new EarlyEntries();
  /** The entries up to here are wanted. */
  #target = 0;
  #reading: Promise<void> | undefined;
  /** Where the feed stood in another log, until that is reported. */
  #before: { readonly position: TopicPosition | undefined } | undefined;
  #ready: Deferred<BrokerLog> = pending();
  #retry: unknown;
  #checkAgain: unknown;
  /** Counts the links: what an earlier one brings is ignored. */
  #turn = 0;

  constructor(key: string, open: () => Promise<BrokerLog>, sink: FeedSink, clock: Clock) {
    this.older = new OlderReads(key, BATCH);
    this.#key = key;
    this.#open = open;
    this.#sink = sink;
    this.#clock = clock;
  }

  /** Where the feed stands; `undefined` before it has begun. */
  get position(): TopicPosition | undefined {
    return this.#epoch === undefined || this.#cursor === undefined ? undefined : positionOf(this.#epoch, this.#cursor);
  }

  /** Resolves when the feed is live. Rejects with a `BrokerDownError` when the link ends first. */
  get ready(): Promise<BrokerLog> {
    return this.#ready.promise;
  }

  /** There is a link. Resolves when the feed is live, or the first attempt has failed. */
  up(): Promise<void> {
    this.#turn += 1;
    return this.#begin(this.#turn);
  }

  /** The link has ended. */
  down(): void {
    this.#turn += 1;
    this.#log = undefined;
    this.#early.clear();
    this.#leave = () => {};
    this.#clock.clearTimeout(this.#retry);
    this.#clock.clearTimeout(this.#checkAgain);
    this.#ready.reject(new BrokerDownError('the broker of the cluster is not reached'));
    this.#ready = pending();
  }

  close(): void {
    this.#leave();
    this.down();
  }

  /** Another node has seen this entry: it is read if it does not come by itself. */
  expect(epoch: string, offset: number): void {
    if (this.#log === undefined || epoch !== this.#epoch || this.#cursor === undefined) return;
    this.#want(offset);
  }

  /** Resolves when everything up to an offset was delivered: `false` if the log has no such entry. */
  async reach(log: BrokerLog, offset: number): Promise<boolean> {
    if ((this.#cursor?.offset ?? 0) >= offset) return true;
    const last = await log.last(this.#key);
    if (last === undefined || last.offset < offset || log !== this.#log) return false;
    this.#want(offset);
    while (this.#reading !== undefined && (this.#cursor?.offset ?? 0) < offset) await this.#reading;
    return log === this.#log && (this.#cursor?.offset ?? 0) >= offset;
  }

  /**
   * Asks what the last entry is, and reads what has not come: the node that stored it may be unable to say so. Resolves
   * when that is known, or the link has ended.
   */
  async check(): Promise<void> {
    const log = this.#log;
    // One that has not begun on this link asks anyway.
    if (log === undefined || this.#cursor === undefined) return;
    this.#clock.clearTimeout(this.#checkAgain);
    try {
      const last = await log.last(this.#key);
      if (log === this.#log && last !== undefined) this.#want(last.offset);
    } catch (error) {
      if (log !== this.#log) return;
      this.#sink.failed(error);
      this.#checkAgain = this.#clock.setTimeout(() => void this.check(), RETRY_MS);
    }
  }

  async #begin(turn: number): Promise<void> {
    try {
      const log = await this.#open();
      if (turn !== this.#turn) return;
      this.#leave();
      if (this.#epoch !== undefined && this.#epoch !== log.epoch) {
        // Nothing is known of what was said in between.
        this.#before ??= { position: this.position };
        this.#cursor = undefined;
        this.#target = 0;
        this.#early.clear();
      }
      this.#epoch = log.epoch;
      this.#log = log;
      this.#leave = log.follow(this.#key, (entry) => this.#receive(log, entry));
      const last = await log.last(this.#key);
      if (turn !== this.#turn) return;
      this.#start(last ?? { offset: 0, at: this.#clock.wallNow() });
      // Not before it is live: what is published after the gap was reported is delivered.
      if (this.#before !== undefined) {
        this.#sink.gap(this.#before.position);
        this.#before = undefined;
        this.#sink.restated(false);
      }
      this.#ready.resolve(log);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#sink.failed(error);
      this.#retry = this.#clock.setTimeout(() => void this.#begin(turn), RETRY_MS);
    }
  }

  #start(last: LogPlace): void {
    if (this.#cursor === undefined) {
      this.#cursor = last;
      this.tail.start(last.offset);
    } else this.#want(last.offset);
  }

  #receive(log: BrokerLog, entry: LogEntry): void {
    if (log !== this.#log) return;
    const cursor = this.#cursor;
    const previous = entry.previous ?? entry.offset - 1;
    if (cursor === undefined) {
      // The first that is seen: the feed begins before it.
      this.tail.start(previous);
      this.#deliver(entry);
    } else if (entry.offset > cursor.offset) {
      if (previous <= cursor.offset) this.#deliver(entry);
      // Others are before it: they were lost, or it has overtaken them.
      else this.#want(this.#early.keep(entry) ? previous : entry.offset);
    }
  }

  /** Delivers an entry, and those behind it that have come before it. */
  #deliver(entry: LogEntry): void {
    for (let next: LogEntry | undefined = entry; next !== undefined; next = this.#early.takeAfter(next.offset)) {
      this.#cursor = { offset: next.offset, at: next.at };
      this.tail.push(next);
      this.#sink.deliver(next);
    }
  }

  /** Reads what is missing up to an offset. What comes live meanwhile is delivered as soon as it is next. */
  #want(offset: number): void {
    // A feed that has not begun yet reads nothing: it begins with what is new.
    if (this.#cursor === undefined) return;
    this.#target = Math.max(this.#target, offset);
    if (this.#reading !== undefined || this.#log === undefined || this.#cursor.offset >= this.#target) return;
    const log = this.#log;
    this.#reading = this.#read(log).then(
      () => this.#hasRead(log),
      (error: unknown) => {
        this.#reading = undefined;
        if (log !== this.#log) return this.#want(0);
        this.#sink.failed(error);
        this.#retry = this.#clock.setTimeout(() => this.#want(0), RETRY_MS);
      },
    );
  }

  #hasRead(log: BrokerLog): void {
    this.#reading = undefined;
    // On another link, or for what has been wanted since, there is more to read.
    if (log !== this.#log || (this.#cursor?.offset ?? 0) < this.#target) this.#want(0);
  }

  async #read(log: BrokerLog): Promise<void> {
    let count = 0;
    for (let cursor = this.#cursor; cursor !== undefined && cursor.offset < this.#target; cursor = this.#cursor) {
      const { entries, isComplete } = await log.read(this.#key, cursor, BATCH);
      if (log !== this.#log) break;
      // What was missing has come meanwhile: whether more is missing was judged from too early on.
      if (this.#cursor !== cursor && !(isComplete && entries.length > 0)) continue;
      if (!isComplete) this.#skip((entries[0]?.offset ?? this.#target) - 1);
      for (const entry of entries) {
        if (entry.offset <= (this.#cursor?.offset ?? 0)) continue;
        this.#deliver(entry);
        count += 1;
      }
      if (entries.length > 0) continue;
      // All that were wanted have been dropped since.
      if (isComplete) this.#skip(this.#target);
      this.#cursor = { offset: this.#target, at: cursor.at };
      this.tail.start(this.#target);
      const next = this.#early.takeAfter(this.#target);
      if (next !== undefined) this.#deliver(next);
    }
    if (count > 0) this.#sink.caughtUp(count);
  }

  /** Everything up to an offset is lost. */
  #skip(offset: number): void {
    this.#sink.gap(this.position);
    this.tail.start(offset);
    this.#sink.restated(false);
  }
}

/** A promise whose rejection nobody has to wait for. */
function pending(): Deferred<BrokerLog> {
  const ready = deferred<BrokerLog>();
  ready.promise.catch(() => {});
  return ready;
}
