import type { Connection } from '../../supervisor/api/connection.js';
import type { CloseFrame } from '../../transport/close-report.js';
import { type Delivery, deliver, onClosing } from './deliver.js';
import type { Link, LinkEvents } from './link.js';

/** Stands in the place of a URL where a socket is made for a connection that is there already. */
export class Adoption {
  readonly connection: Connection<unknown>;

  constructor(connection: Connection<unknown>) {
    this.connection = connection;
  }
}

/** A connection that is there already. Its messages wait until somebody listens to them. */
export class AdoptedLink implements Link {
  readonly #connection: Connection<unknown>;
  readonly #events: LinkEvents;
  #delivery: Delivery | undefined;

  constructor(connection: Connection<unknown>, events: LinkEvents) {
    this.#connection = connection;
    this.#events = events;
    onClosing(connection, () => {
      if (this.#delivery === undefined) events.closing();
      else this.#delivery.whenIdle(() => events.closing());
    });
    void this.#end();
  }

  read(): void {
    this.#delivery ??= deliver(this.#connection, this.#events);
  }

  callOff(): void {
    this.#connection.close();
  }

  close({ code, reason }: CloseFrame): void {
    this.#connection.close(code, reason);
  }

  async #end(): Promise<void> {
    const report = await this.#connection.closed;
    await this.#delivery?.done;
    this.#events.ended(report);
  }
}
