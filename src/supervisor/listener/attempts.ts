import type { Limits } from '../api/limits.js';
import { remoteBlock } from './remote-block.js';
import { Tally } from './tally.js';

/** One handshake that awaits `authenticate`. */
export interface Attempt {
  readonly signal: AbortSignal;
  /** Aborts the signal. */
  abort(reason: Error): void;
  /** The handshake no longer awaits `authenticate`. */
  end(): void;
}

/** Handshakes of one listener that await `authenticate`: in all, and from each remote address. */
export class Attempts {
  readonly #limits: Pick<Limits, 'maxHandshakes' | 'maxHandshakesPerAddress'>;
  readonly #under = new Set<AbortController>();
  readonly #perBlock = new Tally();

  constructor(limits: Pick<Limits, 'maxHandshakes' | 'maxHandshakesPerAddress'>) {
    this.#limits = limits;
  }

  /** The limit that one more would exceed. */
  exceeded(remoteAddress: string | undefined): 'maxHandshakes' | 'maxHandshakesPerAddress' | undefined {
    const { maxHandshakes, maxHandshakesPerAddress } = this.#limits;
    if (this.#under.size >= maxHandshakes) return 'maxHandshakes';
    // No address has more than all addresses together: usually there is nothing to look up.
    if (this.#under.size < maxHandshakesPerAddress) return undefined;
    const block = remoteBlock(remoteAddress);
    return block !== undefined && this.#perBlock.of(block) >= maxHandshakesPerAddress
      ? 'maxHandshakesPerAddress'
      : undefined;
  }

  /** @param controller makes the signal that `authenticate` is given. */
  begin(remoteAddress: string | undefined, controller = new AbortController()): Attempt {
    const block = remoteBlock(remoteAddress);
    this.#under.add(controller);
    if (block !== undefined) this.#perBlock.add(block);
    return {
      signal: controller.signal,
      abort: (reason) => controller.abort(reason),
      end: () => {
        controller.abort();
        if (this.#under.delete(controller) && block !== undefined) this.#perBlock.remove(block);
      },
    };
  }

  abortAll(reason: () => Error): void {
    for (const controller of this.#under) controller.abort(reason());
  }
}
