import type { BrokerLink, BrokerLog, BrokerMessage, LogSpec } from '../../cluster/port/broker.js';
import { bytesOf, messageFrom } from './message-bytes.js';
import type { RedisLine } from './redis-line.js';
import { RedisLog } from './redis-log.js';
import type { RedisSettings } from './resolve-redis.js';

type Receive = (bytes: Buffer) => void;

/** Who listens to a channel, and what the client of Redis calls for them. */
interface Listening {
  readonly receivers: Set<Receive>;
  readonly receive: Receive;
}

/** One connection with Redis. */
export class RedisLink implements BrokerLink {
  readonly maxPayloadBytes: number;
  readonly #line: RedisLine;
  readonly #settings: RedisSettings;
  /** Who listens to each channel: Redis hears of the first and of the last. */
  readonly #channels = new Map<string, Listening>();
  /** Bytes that Redis has not answered for: its client buffers without a bound. */
  #unansweredBytes = 0;

  constructor(line: RedisLine, settings: RedisSettings) {
    this.#line = line;
    this.#settings = settings;
    this.maxPayloadBytes = settings.maxPayloadBytes;
  }

  get ended(): Promise<unknown> {
    return this.#line.ended;
  }

  subscribe(subject: string, receive: (message: BrokerMessage) => void): () => void {
    return this.#listen(subject, (bytes) => receive(messageFrom(bytes)));
  }

  async flush(): Promise<void> {
    // Redis answers in the order in which it was asked.
    await this.#line.send(['PING']);
  }

  publish(subject: string, message: BrokerMessage): boolean {
    if (!this.#line.isOpen || this.#unansweredBytes > this.#settings.maxBufferedBytes) return false;
    const bytes = bytesOf(message);
    this.#unansweredBytes += bytes.length;
    this.#line.send(['PUBLISH', subject, bytes]).then(
      () => {
        this.#unansweredBytes -= bytes.length;
      },
      // Redis has not published it, or the connection has ended: either way it is lost.
      (error: unknown) => this.#line.end(error),
    );
    return true;
  }

  openLog(spec: LogSpec): Promise<BrokerLog> {
    const listen = (channel: string, receive: Receive) => this.#listen(channel, receive);
    return RedisLog.open(this.#line, listen, spec, this.#settings);
  }

  async close(): Promise<void> {
    await this.#line.close();
  }

  #listen(channel: string, receive: Receive): () => void {
    if (!this.#line.isOpen) return () => {};
    // An entry of its own, also for a function that listens already.
    const own: Receive = (bytes) => receive(bytes);
    this.#listening(channel).receivers.add(own);
    return () => this.#leave(channel, own);
  }

  #listening(channel: string): Listening {
    let listening = this.#channels.get(channel);
    if (listening === undefined) {
      const receivers = new Set<Receive>();
      const receive: Receive = (bytes) => {
        for (const each of receivers) each(bytes);
      };
      listening = { receivers, receive };
      this.#channels.set(channel, listening);
      this.#line.subscribe(channel, receive);
    }
    return listening;
  }

  #leave(channel: string, own: Receive): void {
    const listening = this.#channels.get(channel);
    if (listening?.receivers.delete(own) !== true || listening.receivers.size > 0) return;
    this.#channels.delete(channel);
    if (this.#line.isOpen) this.#line.unsubscribe(channel, listening.receive);
  }
}
