import { createHash } from 'node:crypto';
import type { RedisClientType } from '@redis/client';
import type { Clock } from '../../supervisor/api/clock.js';
import type { Redis } from './load-redis.js';

/** What a command is called with, and returns: bulk strings are Buffers. */
type Word = string | Buffer;
export type Reply = Buffer | string | number | null | readonly Reply[];

/** How many Pings in a row may lack their answer. */
const MOST_PINGS = 2;

/** One connection with Redis for commands and messages, which RESP3 allows, and its end. */
export class RedisLine {
  /** Resolves with the error that ended it, or with `undefined` after `close`. */
  readonly ended: Promise<unknown>;
  readonly clock: Clock;
  readonly #client: RedisClientType;
  readonly #redis: Redis;
  readonly #pingIntervalMs: number;
  readonly #scripts = new Map<string, string>();
  #settle: (error: unknown) => void = () => {};
  #hasEnded = false;
  #isClosing = false;
  #unanswered = 0;
  #timer: unknown;

  constructor(client: RedisClientType, redis: Redis, pingIntervalMs: number, clock: Clock) {
    this.#client = client;
    this.#redis = redis;
    this.#pingIntervalMs = pingIntervalMs;
    this.clock = clock;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    client.on('error', (error) => this.end(error));
    client.on('terminated', (error) => this.end(error));
    this.#ping();
  }

  /** Whether commands and messages are still taken. */
  get isOpen(): boolean {
    return !this.#hasEnded && !this.#isClosing;
  }

  /** Sends a command. Rejects with the error that Redis answers, and when the connection ends. */
  send(words: readonly Word[]): Promise<Reply> {
    return this.#client.sendCommand<Reply>(words, { typeMapping: { [this.#redis.RESP_TYPES.BLOB_STRING]: Buffer } });
  }

  /** Runs a script by its digest, and by its text where Redis does not have it. */
  async run(script: string, keys: readonly string[], args: readonly Word[]): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await this.send(['EVALSHA', this.#digestOf(script), ...rest]);
    } catch (error) {
      if (!this.isAnswer(error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await this.send(['EVAL', script, ...rest]);
    }
  }

  /** Whether an error is an answer of Redis: what was asked was not done. */
  isAnswer(error: unknown): error is Error {
    return error instanceof this.#redis.ErrorReply;
  }

  subscribe(channel: string, receive: (message: Buffer) => void): void {
    // Without the permission to listen the node would never hear a thing, and nobody would know.
    this.#client.subscribe(channel, receive, true).catch((error: unknown) => this.end(error));
  }

  unsubscribe(channel: string, receive: (message: Buffer) => void): void {
    // The connection has ended: then nothing comes anyway.
    this.#client.unsubscribe(channel, receive, true).catch(() => {});
  }

  /** Ends the connection at once: messages may have been lost. */
  end(error: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.clock.clearTimeout(this.#timer);
    if (this.#client.isOpen || this.#isClosing) this.#client.destroy();
    this.#settle(this.#isClosing ? undefined : error);
  }

  /** Ends the connection once Redis has answered everything. */
  async close(): Promise<void> {
    if (this.#hasEnded || this.#isClosing) {
      await this.ended;
      return;
    }
    // The answer to this one comes after all others. Pings go on: they find a Redis that does not answer.
    const answered = this.send(['PING']);
    this.#isClosing = true;
    await answered.catch(() => {});
    this.end(undefined);
  }

  #ping(): void {
    if (this.#unanswered >= MOST_PINGS) {
      this.end(new Error(`Redis has not answered ${MOST_PINGS} Pings in a row`));
      return;
    }
    this.#unanswered += 1;
    this.send(['PING']).then(
      () => {
        this.#unanswered = 0;
      },
      // The connection has ended: `ended` says so.
      () => {},
    );
    this.#timer = this.clock.setTimeout(() => this.#ping(), this.#pingIntervalMs);
  }

  #digestOf(script: string): string {
    let digest = this.#scripts.get(script);
    if (digest === undefined) {
      digest = createHash('sha1').update(script).digest('hex');
      this.#scripts.set(script, digest);
    }
    return digest;
  }
}
