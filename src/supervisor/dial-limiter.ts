import type { Clock } from './clock.js';
import { DialPace } from './dial-pace.js';
import type { DialLimit } from './limits.js';
import type { Wheel, WheelSlot, WheelTask } from './wheel.js';

/** Somebody's place in the line for dialing, and the right to dial once its turn has come. Used again for each attempt. */
export class DialPermit {
  /** Its neighbours in the line. */
  before: DialPermit | undefined;
  after: DialPermit | undefined;
  state: 'idle' | 'queued' | 'granted' = 'idle';
  readonly onGranted: () => void;

  /** @param onGranted is called when its turn has come; must not throw. */
  constructor(onGranted: () => void) {
    this.onGranted = onGranted;
  }
}

/**
 * Lets dials begin first come, first served, no faster than its limit allows. It has at most one task on the wheel,
 * however many wait, and giving up costs O(1).
 */
export class DialLimiter implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  readonly #maxInFlight: number;
  readonly #pace: DialPace;
  readonly #clock: Clock;
  readonly #wheel: Wheel;
  #first: DialPermit | undefined;
  #last: DialPermit | undefined;
  #queued = 0;
  #inFlight = 0;
  #isGranting = false;

  constructor({ inFlight, perSecond }: DialLimit, clock: Clock, wheel: Wheel) {
    this.#maxInFlight = inFlight;
    this.#pace = new DialPace(perSecond);
    this.#clock = clock;
    this.#wheel = wheel;
  }

  /** How many wait for their turn. */
  get queued(): number {
    return this.#queued;
  }

  /** How many have their permit and have not given it back. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Joins the end of the line, and is granted at once, within this call, if nothing is in the way. */
  request(permit: DialPermit): void {
    permit.state = 'queued';
    permit.before = this.#last;
    if (this.#last === undefined) this.#first = permit;
    else this.#last.after = permit;
    this.#last = permit;
    this.#queued += 1;
    if (this.#first === permit) this.#grant();
  }

  /** Gives a permit back, or leaves the line. Does nothing for one that is idle. */
  release(permit: DialPermit): void {
    const { state } = permit;
    if (state === 'queued') this.#leave(permit);
    else if (state === 'granted') this.#inFlight -= 1;
    permit.state = 'idle';
    if (state !== 'idle') this.#grant();
  }

  onDue(): void {
    this.#grant();
  }

  #leave(permit: DialPermit): void {
    const { before, after } = permit;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    permit.before = permit.after = undefined;
    this.#queued -= 1;
  }

  /** Grants as many as may begin now, and sets the alarm for the next one if only the pace is in the way. */
  #grant(): void {
    if (this.#isGranting) return;
    this.#isGranting = true;
    let delayMs = Number.POSITIVE_INFINITY;
    for (let next = this.#first; next !== undefined && this.#inFlight < this.#maxInFlight; next = this.#first) {
      delayMs = this.#pace.delay(this.#clock.now());
      if (delayMs > 0) break;
      this.#leave(next);
      this.#inFlight += 1;
      next.state = 'granted';
      next.onGranted();
      // Noted when it has begun: what beginning took must not bring the next ones closer to it.
      this.#pace.started(this.#clock.now());
      delayMs = Number.POSITIVE_INFINITY;
    }
    this.#isGranting = false;
    this.#wheel.schedule(this, delayMs);
  }
}
