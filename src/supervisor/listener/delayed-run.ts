import type { Child, Exit, RunningChild } from '../api/child-spec.js';
import { deferred } from '../time/deferred.js';
import { Timer } from '../time/timer.js';
import type { Wheel } from '../time/wheel.js';

/** What a delayed run is made of. */
export interface DelayedRunParts<Handle extends Child> {
  readonly handle: Handle;
  readonly delayMs: number;
  readonly wheel: Wheel;
  /** Begins the run in truth. */
  readonly begin: () => Promise<RunningChild<Handle>>;
  readonly conclude: RunningChild<Handle>['conclude'];
}

/** A run that begins after a while, and counts as running meanwhile: its supervisor need not wait for it. */
export class DelayedRun<Handle extends Child> {
  /** It as its supervisor holds it. */
  readonly running: RunningChild<Handle>;
  readonly #timer: Timer;
  readonly #letGo: () => void;
  readonly #exited = deferred<Exit>();
  #begun: RunningChild<Handle> | undefined;
  /** By what it is to be ended, since that was asked while it began. */
  #asked: ((begun: RunningChild<Handle>) => void) | undefined;

  constructor({ handle, delayMs, wheel, begin, conclude }: DelayedRunParts<Handle>) {
    this.#letGo = wheel.keepAlive.hold();
    this.#timer = new Timer(wheel, () => void this.#begin(begin));
    this.#timer.set(delayMs);
    this.running = {
      handle,
      exited: this.#exited.promise,
      shutDown: (close) => this.end('shutdown', (begun) => begun.shutDown(close)),
      terminate: () => this.end('shutdown', (begun) => begun.terminate()),
      endsTogether: true,
      ...(conclude === undefined ? {} : { conclude }),
    };
  }

  /** Ends it with this reason while it waits; once it has begun, by that. */
  end(reason: Exit['reason'], by: (begun: RunningChild<Handle>) => void): void {
    if (this.#timer.isSet) {
      this.#timer.clear();
      this.#letGo();
      this.#exited.resolve({ reason });
    } else if (this.#begun === undefined) this.#asked = by;
    else by(this.#begun);
  }

  async #begin(begin: () => Promise<RunningChild<Handle>>): Promise<void> {
    try {
      this.#begun = await begin();
      void this.#begun.exited.then((exit) => this.#exited.resolve(exit));
      this.#asked?.(this.#begun);
    } catch (error) {
      this.#exited.resolve({ reason: 'abnormal', error });
    } finally {
      this.#letGo();
    }
  }
}
