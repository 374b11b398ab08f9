import type { Clock } from '../api/clock.js';
import type { LingeringHandler } from '../connection/lingering-handler.js';

/** Handlers that still run although their connection has ended. */
export class LingeringHandlers {
  readonly #ids = new Set<string>();
  #onNone: (() => void) | undefined;

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  /** Adds a handler until it ends. */
  add(connectionId: string, handler: Pick<LingeringHandler, 'whenEnded'>): void {
    this.#ids.add(connectionId);
    handler.whenEnded(() => {
      this.#ids.delete(connectionId);
      if (this.#ids.size === 0) this.#onNone?.();
    });
  }

  /** Resolves when no handler is left, or after `withinMs`. */
  async finished(withinMs: number, clock: Clock): Promise<void> {
    if (this.#ids.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, withinMs);
      this.#onNone = () => {
        clock.clearTimeout(timer);
        resolve();
      };
    });
    this.#onNone = undefined;
  }
}
