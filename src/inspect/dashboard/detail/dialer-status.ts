import type { Dialer, DialerStatus } from '../../../supervisor/api/dialer.js';

/** What a dialer does now, in a few words; nothing of an ending's reason. */
export function statusText(status: DialerStatus): string {
  switch (status.type) {
    case 'dialing':
      if (status.queued === true) return `attempt ${status.attempt} waits for its turn`;
      return status.opened === true ? `attempt ${status.attempt} is open, not ready` : `attempt ${status.attempt}`;
    case 'waiting': {
      const { attempt, delayMs } = status;
      const after = delayMs === Number.POSITIVE_INFINITY ? 'waits for redial' : `waits ${seconds(delayMs)}`;
      return `${after} after attempt ${attempt}`;
    }
    case 'stopped':
    case 'failed':
      return `its exit was ${status.exit.reason}`;
    case 'up':
      return 'connected';
    case 'stopping':
      return 'stopping';
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Follows the status of one dialer until it is stopped. */
export class StatusWatch {
  readonly #statuses: AsyncIterableIterator<DialerStatus>;
  text: string | undefined;

  constructor(dialer: Pick<Dialer, 'status'>) {
    this.#statuses = dialer.status();
    void this.#run();
  }

  stop(): void {
    void this.#statuses.return?.();
  }

  async #run(): Promise<void> {
    for await (const status of this.#statuses) this.text = statusText(status);
  }
}
