import { createSupervisor } from '../../index.js';
import type { Connection } from '../../supervisor/api/connection.js';
import type { DialOptions } from '../../supervisor/api/dial-options.js';
import type { Dialer } from '../../supervisor/api/dialer.js';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import type { CloseFrame } from '../../transport/close-report.js';
import { deliver, onClosing } from './deliver.js';
import { dialedFields } from './dialed-fields.js';
import type { DialedPlace } from './dialed-place.js';
import type { Link, LinkEvents } from './link.js';

/** How the sockets of one class dial. */
export class Dialing {
  /** Where `retry` is missing, a socket has one connection. */
  readonly options: Partial<DialOptions>;
  #supervisor: Supervisor | undefined;

  /** @param supervisor that of the sockets. Default: one of their own, made when it is needed. */
  constructor(options: Partial<DialOptions> = {}, supervisor?: Supervisor) {
    this.options = options;
    this.#supervisor = supervisor;
  }

  get supervisor(): Supervisor {
    this.#supervisor ??= createSupervisor({ name: 'websocket' });
    return this.#supervisor;
  }
}

/** Where a class has its `Dialing`; classes made from it inherit it. */
export const DIALING = Symbol('dialing');

/** A dialer: one connection, or with `retry` one after the other. */
export class DialedLink implements Link {
  readonly #events: LinkEvents;
  readonly #dialer: Dialer;
  #connection: Connection | undefined;
  /** The messages of the connections so far: those of one are delivered before the next one opens. */
  #delivered: Promise<void> = Promise.resolve();

  /** @throws {OptionError} for a wrong option; {EndedError} when the supervisor is not running. */
  constructor(place: DialedPlace, { supervisor, options }: Dialing, events: LinkEvents) {
    this.#events = events;
    this.#dialer = supervisor.dial({
      retry: () => 'stop',
      ...options,
      url: place.url.href,
      headers: dialedFields(place, options.headers),
      protocols: place.protocols,
      // A listener that throws ends the socket: it would throw again.
      restart: 'temporary',
      handler: (connection) => this.#handle(connection),
    });
    void this.#follow(options.retry !== undefined);
  }

  /** It reads on its own: messages that nobody listens to are dropped, as the specification has it. */
  read(): void {}

  callOff(): void {
    void this.#dialer.stop();
  }

  close({ code, reason }: CloseFrame): void {
    this.#connection?.close(code, reason);
  }

  #handle(connection: Connection): Promise<void> {
    const run = this.#delivered.then(() => this.#run(connection));
    // What it throws is the handler's error, and in the report.
    this.#delivered = run.catch(() => {});
    return run;
  }

  async #run(connection: Connection): Promise<void> {
    this.#connection = connection;
    this.#events.opened(connection);
    const { whenIdle, done } = deliver(connection, this.#events);
    onClosing(connection, () => whenIdle(() => this.#events.closing()));
    await done;
    await connection.closed;
  }

  async #follow(redials: boolean): Promise<void> {
    if (redials) {
      for await (const status of this.#dialer.status()) {
        if (status.type !== 'waiting') continue;
        await this.#delivered;
        this.#events.lost(status);
      }
    }
    const { report, error } = await this.#dialer.ended;
    await this.#delivered;
    this.#events.ended(report, error);
  }
}
