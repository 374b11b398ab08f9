import type { JetStreamClient, JetStreamManager, StoredMsg, StreamInfo } from '@nats-io/jetstream';
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
import type { NatsSettings } from './resolve-nats.js';

/** How far the clocks of a node and of NATS may be apart, in ms, when it is judged what may have become too old. */
const CLOCKS_APART_MS = 5_000;

/** How long a stream has to answer that it listens, in ms. It is asked again, and has twice as long, up to the last. */
const FIRST_ANSWER_MS = 100;
const LAST_ANSWER_MS = 3_200;

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
    const [isKept, entries] = await Promise.all([this.#isKept(subject, after), this.#entries(subject, after, limit)]);
    return { entries, isComplete: isKept || this.#cannotHaveDropped(after, entries.length, limit) };
  }

  async last(key: string): Promise<LogPlace | undefined> {
    const message = await this.#api.direct.getMessage(this.#stream, {
      last_by_subj: storedSubject(this.#spec, key),
    });
    return message === null ? undefined : placeOf(message);
  }

  /** One request for each: servers before 2.11 give no more at once, and a consumer of a node that is lost lingers. */
  async #entries(subject: string, { offset }: LogPlace, limit: number): Promise<readonly LogEntry[]> {
    const entries: LogEntry[] = [];
    let next = offset + 1;
    while (entries.length < limit) {
      const query = { seq: next, next_by_subj: subject };
      const message = await this.#api.direct.getMessage(this.#stream, query);
      if (message === null) break;
      entries.push({ ...placeOf(message), payload: message.data, headers: fieldsOf(message.header) });
      next = message.seq + 1;
    }
    return entries;
  }

  /** Whether the entry at a place is still there: JetStream drops the oldest first, so none after it was dropped. */
  async #isKept(subject: string, { offset }: LogPlace): Promise<boolean> {
    if (offset === 0) return false;
    const message = await this.#api.direct.getMessage(this.#stream, { seq: offset });
    return message?.subject === subject;
  }

  /** Whether there was neither the time nor a reason to drop what came after a place. */
  #cannotHaveDropped({ at }: LogPlace, count: number, limit: number): boolean {
    const { messages, ageMs } = this.#spec;
    const marginMs = Math.min(CLOCKS_APART_MS, ageMs / 2);
    return count < Math.min(messages, limit) && at + ageMs > Date.now() + marginMs;
  }
}

const storedSubject = ({ name }: LogSpec, key: string) => `wk-stored.${name}.${key}`;
const republishedSubject = ({ name }: LogSpec, key: string) => `wk-log.${name}.${key}`;

/** Makes the stream of a log if it is not there. */
async function makeStream(
  api: JetStreamManager,
  name: string,
  nats: Nats,
  settings: NatsSettings,
  spec: LogSpec,
): Promise<void> {
  try {
    await api.streams.info(name);
    return;
  } catch (error) {
    const isMissing = error instanceof nats.JetStreamApiError && error.code === nats.JetStreamApiCodes.StreamNotFound;
    if (!isMissing) throw error;
  }
  await api.streams.add({
    name,
    subjects: [storedSubject(spec, '*')],
    retention: nats.RetentionPolicy.Limits,
    storage: settings.storage === 'file' ? nats.StorageType.File : nats.StorageType.Memory,
    num_replicas: settings.replicas,
    max_msgs_per_subject: spec.messages,
    max_age: nats.nanos(spec.ageMs),
    discard: nats.DiscardPolicy.Old,
    allow_direct: true,
    republish: { src: storedSubject(spec, '*'), dest: republishedSubject(spec, '{{wildcard(1)}}') },
  });
}

/**
 * Waits until a stream listens. NATS already lists one that another node is just making. What it is asked
 * until then has no answer, not even that nobody listens, and would be waited for in vain.
 */
async function listening(connection: NatsConnection, nats: Nats, name: string): Promise<void> {
  for (let timeout = FIRST_ANSWER_MS; ; timeout *= 2) {
    const api = await nats.jetstreamManager(connection, { timeout, checkAPI: false });
    try {
      // No stream has it: the answer is short.
      await api.direct.getMessage(name, { seq: Number.MAX_SAFE_INTEGER });
      return;
    } catch (error) {
      if (!(error instanceof nats.errors.TimeoutError) || timeout >= LAST_ANSWER_MS) throw error;
    }
  }
}

function placeOf({ seq, time }: StoredMsg): LogPlace {
  return { offset: seq, at: time.getTime() };
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
