import type { JetStreamClient, JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type {
  AppendResult,
  BrokerLog,
  BrokerMessage,
  LogEntry,
  LogPlace,
  LogRead,
  LogSpec,
} from '../../cluster/port/broker.js';
import { fieldsOf, headersOf } from './header-fields.js';
import type { Nats } from './load-nats.js';
import { placeOf, readEntries } from './nats-reads.js';
import { listening, makeStream, republishedSubject, storedSubject } from './nats-stream.js';
import type { NatsSettings } from './resolve-nats.js';

/** How far the clocks of a node and of NATS may be apart, in ms, when it is judged what may have become too old. */
const CLOCKS_APART_MS = 5_000;

/** A stream of JetStream that keeps some messages of each subject, and republishes what it has stored. */
export class NatsLog implements BrokerLog {
  readonly epoch: string;
  readonly #connection: NatsConnection;
  readonly #nats: Nats;
  readonly #client: JetStreamClient;
  readonly #api: JetStreamManager;
  readonly #stream: string;
  readonly #spec: LogSpec;

  static async open(connection: NatsConnection, nats: Nats, settings: NatsSettings, spec: LogSpec): Promise<NatsLog> {
    const api = await nats.jetstreamManager(connection);
    const name = `WK_${spec.name}`;
    await makeStream(api, name, nats, settings, spec);
    await listening(connection, nats, name);
    // Only now: of a stream that another node was making NATS says that it was created in the year 1.
    return new NatsLog(connection, nats, api, await api.streams.info(name), spec);
  }

  private constructor(
    connection: NatsConnection,
    nats: Nats,
    api: JetStreamManager,
    { created, config }: StreamInfo,
    spec: LogSpec,
  ) {
    this.#connection = connection;
    this.#nats = nats;
    this.#client = nats.jetstream(connection);
    this.#api = api;
    this.#stream = config.name;
    this.#spec = spec;
    this.epoch = created.replace(/[^A-Za-z0-9]/g, '-');
  }

  async append(key: string, { payload, headers }: BrokerMessage, withinMs: number): Promise<AppendResult> {
    const at = Date.now();
    try {
      const { seq } = await this.#client.publish(storedSubject(this.#spec, key), payload, {
        headers: headersOf(this.#nats, headers),
        timeout: withinMs,
        retries: 0,
      });
      return { kind: 'stored', place: { offset: seq, at } };
    } catch (error) {
      const { JetStreamApiError, errors } = this.#nats;
      // No stream has heard it, or the stream has said no. Anything else may mean that only the answer was lost.
      const isRefused =
        error instanceof JetStreamApiError ||
        error instanceof errors.NoRespondersError ||
        error instanceof errors.InvalidArgumentError;
      return isRefused ? { kind: 'refused', error } : { kind: 'unconfirmed' };
    }
  }

  follow(key: string, receive: (entry: LogEntry) => void): () => void {
    if (this.#connection.isClosed()) return () => {};
    const subscription = this.#connection.subscribe(republishedSubject(this.#spec, key), {
      callback: (error, message) => {
        if (error === null) receive(republished(message));
        // Without the permission to listen the node would never hear a thing, and nobody would know.
        else void this.#connection.close();
      },
    });
    return () => subscription.unsubscribe();
  }

  async read(key: string, after: LogPlace, limit: number): Promise<LogRead> {
    const subject = storedSubject(this.#spec, key);
    const from = { api: this.#api, client: this.#client, nats: this.#nats, stream: this.#stream };
    const entries = await readEntries(from, subject, after.offset, limit);
    // Only now: an entry that is still there says that none of those after it had been dropped when they were read.
    return { entries, isComplete: await this.#isComplete(subject, after, entries.length, limit) };
  }

  async last(key: string): Promise<LogPlace | undefined> {
    const message = await this.#api.direct.getMessage(this.#stream, {
      last_by_subj: storedSubject(this.#spec, key),
    });
    return message === null ? undefined : placeOf(message);
  }

  /** Whether nothing was dropped of what came after a place and was read: `count` entries of at most `limit`. */
  async #isComplete(subject: string, after: LogPlace, count: number, limit: number): Promise<boolean> {
    const { messages } = this.#spec;
    const isYoung = this.#isYoung(after);
    if (isYoung && count < Math.min(messages, limit)) return true;
    if (after.offset > 0 && (await this.#isKept(subject, after))) return true;
    // There may have been more than are kept, unless fewer are there.
    return isYoung && count < messages && (await this.#countOf(subject)) < messages;
  }

  /** Whether the entry at a place is still there: JetStream drops the oldest first, so none after it was dropped. */
  async #isKept(subject: string, { offset }: LogPlace): Promise<boolean> {
    const message = await this.#api.direct.getMessage(this.#stream, { seq: offset });
    return message?.subject === subject;
  }

  /** Whether nothing that came after a place can have become too old. */
  #isYoung({ at }: LogPlace): boolean {
    const { ageMs } = this.#spec;
    return at + ageMs > Date.now() + Math.min(CLOCKS_APART_MS, ageMs / 2);
  }

  async #countOf(subject: string): Promise<number> {
    const { state } = await this.#api.streams.info(this.#stream, { subjects_filter: subject });
    return state.subjects?.[subject] ?? 0;
  }
}

/** An entry that the stream has republished: its place is in its header fields. */
function republished({ data, headers }: Msg): LogEntry {
  const fields = fieldsOf(headers);
  return {
    payload: data,
    headers: fields,
    offset: Number(fields['nats-sequence']),
    previous: Number(fields['nats-last-sequence']),
    // From 2.10 on NATS says when.
    at: Date.parse(fields['nats-time-stamp'] ?? '') || Date.now(),
  };
}
