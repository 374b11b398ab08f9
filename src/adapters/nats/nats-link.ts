import type { NatsConnection } from '@nats-io/transport-node';
import type { BrokerLink, BrokerLog, BrokerMessage, LogSpec } from '../../cluster/port/broker.js';
import { fieldsOf, headersOf } from './header-fields.js';
import type { Nats } from './load-nats.js';
import { NatsLog } from './nats-log.js';
import type { NatsSettings } from './resolve-nats.js';

/** Bytes that may be on their way before NATS is asked whether it has them. */
const ASK_FROM_BYTES = 65_536;

/** One connection with NATS. */
export class NatsLink implements BrokerLink {
  readonly ended: Promise<unknown>;
  readonly maxPayloadBytes: number;
  readonly #connection: NatsConnection;
  readonly #nats: Nats;
  readonly #settings: NatsSettings;
  #isClosing = false;
  #unansweredBytes = 0;
  #isAsking = false;

  constructor(connection: NatsConnection, nats: Nats, settings: NatsSettings) {
    this.#connection = connection;
    this.#nats = nats;
    this.#settings = settings;
    // The client ends without an error when the server was killed.
    this.ended = connection
      .closed()
      .then((error) => (this.#isClosing ? undefined : (error ?? new Error('the connection with NATS was lost'))));
    this.maxPayloadBytes = connection.info?.max_payload ?? 0;
  }

  subscribe(subject: string, receive: (message: BrokerMessage) => void): () => void {
    if (this.#connection.isClosed()) return () => {};
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) receive({ payload: message.data, headers: fieldsOf(message.headers) });
        // Without the permission to listen the node would never hear a thing, and nobody would know.
        else this.#giveUp();
      },
    });
    return () => subscription.unsubscribe();
  }

  flush(): Promise<void> {
    return this.#connection.flush();
  }

  publish(subject: string, { payload, headers }: BrokerMessage): boolean {
    if (this.#connection.isClosed() || this.#unansweredBytes > this.#settings.maxBufferedBytes) return false;
    this.#connection.publish(subject, payload, { headers: headersOf(this.#nats, headers) });
    this.#count(payload.length);
    return true;
  }

  openLog(spec: LogSpec): Promise<BrokerLog> {
    return NatsLog.open(this.#connection, this.#nats, this.#settings, spec);
  }

  async close(): Promise<void> {
    if (!this.#connection.isClosed()) this.#isClosing = true;
    // Flushes first. Rejects when the connection has ended meanwhile.
    await this.#connection.drain().catch(() => this.#connection.close());
  }

  /** The client of NATS buffers without a bound: what NATS has not answered for is counted here. */
  #count(bytes: number): void {
    this.#unansweredBytes += bytes;
    if (this.#isAsking || this.#unansweredBytes < ASK_FROM_BYTES) return;
    this.#isAsking = true;
    const asked = this.#unansweredBytes;
    this.#connection.flush().then(
      () => {
        this.#isAsking = false;
        this.#unansweredBytes -= asked;
      },
      // The connection has ended: `ended` says so.
      () => {},
    );
  }

  #giveUp(): void {
    void this.#connection.close();
  }
}
