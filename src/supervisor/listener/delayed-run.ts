import type { Child, Exit, RunningChild } from '../api/child-spec.js';
import { deferred } from '../time/deferred.js';
import { Timer } from '../time/timer.js';
import type { Wheel } from '../time/wheel.js';

/** What a delayed run is made from. */
export interface DelayedRunParts<Handle extends Child> {
  readonly handle: Handle;
  readonly delayMs: number;
  readonly wheel: Wheel;
  /** Begins the run itself. */
  readonly begin: () => Promise<RunningChild<Handle>>;
  readonly conclude: RunningChild<Handle>['conclude'];
}

/** A run that begins after a while, and counts as running meanwhile: its supervisor need not wait for it. */
export class DelayedRun<Handle extends Child> {
  /** The run, as its supervisor holds it. */
  readonly running: RunningChild<Handle>;
  readonly #timer: Timer;
  readonly #letGo: () => void;
  readonly #exited = deferred<Exit>();
  #begun: RunningChild<Handle> | undefined;
  /** How to end the run, if that was asked for while it began. */
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

  /** Ends the run: with this reason if it still waits, otherwise by calling `end`. */
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
