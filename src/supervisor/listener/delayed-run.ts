import type { Child, Exit, RunningChild } from '../api/child-spec.js';
import { Alarm } from '../time/alarm.js';
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
  readonly #alarm: Alarm;
  readonly #letGo: () => void;
  #exit: (exit: Exit) => void = () => {};
  #begun: RunningChild<Handle> | undefined;
  /** By what it is to be ended, since that was asked while it began. */
  #asked: ((begun: RunningChild<Handle>) => void) | undefined;

  constructor({ handle, delayMs, wheel, begin, conclude }: DelayedRunParts<Handle>) {
    const exited = new Promise<Exit>((resolve) => {
      this.#exit = resolve;
    });
    this.#letGo = wheel.keepAlive.hold();
    this.#alarm = new Alarm(wheel, () => void this.#begin(begin));
    this.#alarm.set(delayMs);
    this.running = {
      handle,
      exited,
      shutDown: (close) => this.end('shutdown', (begun) => begun.shutDown(close)),
      terminate: () => this.end('shutdown', (begun) => begun.terminate()),
      endsTogether: true,
      ...(conclude === undefined ? {} : { conclude }),
    };
  }

  /** Ends it with this reason while it waits; once it has begun, by that. */
  end(reason: Exit['reason'], by: (begun: RunningChild<Handle>) => void): void {
    if (this.#alarm.isSet) {
      this.#alarm.clear();
      this.#letGo();
      this.#exit({ reason });
    } else if (this.#begun === undefined) this.#asked = by;
    else by(this.#begun);
  }

  async #begin(begin: () => Promise<RunningChild<Handle>>): Promise<void> {
    try {
      this.#begun = await begin();
      void this.#begun.exited.then((exit) => this.#exit(exit));
      this.#asked?.(this.#begun);
    } catch (error) {
      this.#exit({ reason: 'abnormal', error });
    } finally {
      this.#letGo();
    }
  }
}
