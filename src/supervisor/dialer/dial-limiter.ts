import type { Clock } from '../api/clock.js';
import type { DialLimit } from '../api/limits.js';
import type { Wheel, WheelSlot, WheelTask } from '../time/wheel.js';
import { DialPace } from './dial-pace.js';
import { capsOf, DIAL_PRIORITIES, type DialCaps, type DialPriority, hasRoom, nextPriority } from './dial-priority.js';
import { HostRoundRobin, type RoundRobinEntry } from './host-round-robin.js';

/**
 * Lets dials begin no faster than its limit allows. Dials of one priority to one host are first come, first served;
 * between priorities `dial-priority.ts` decides, and hosts take turns. It has at most one task on the wheel, however
 * many wait, and giving up costs O(1).
 */
export class DialLimiter implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  readonly #caps: DialCaps;
  readonly #pace: DialPace;
  readonly #clock: Clock;
  readonly #wheel: Wheel;
  readonly #queues: Readonly<Record<DialPriority, HostRoundRobin<DialPermit>>> = {
    returning: new HostRoundRobin(),
    first: new HostRoundRobin(),
    failing: new HostRoundRobin(),
  };
  readonly #underWay: Record<DialPriority, number> = { returning: 0, first: 0, failing: 0 };
  readonly #underWayTo = new Map<string, number>();
  readonly #passedOver: Record<DialPriority, number> = { returning: 0, first: 0, failing: 0 };
  #queued = 0;
  #isGranting = false;

  constructor({ inFlight, perSecond, windows }: DialLimit, clock: Clock, wheel: Wheel) {
    this.#caps = capsOf(inFlight);
    this.#pace = new DialPace(perSecond, windows);
    this.#clock = clock;
    this.#wheel = wheel;
  }

  /** The number of dials that wait for their turn. */
  get queued(): number {
    return this.#queued;
  }

  /** The number of dials that have their permit and have not given it back. */
  get inFlight(): number {
    return this.#underWay.returning + this.#underWay.first + this.#underWay.failing;
  }

  /**
   * Adds a permit to the queue. It is granted within this call if nothing is in the way.
   *
   * @param host the host to dial, as far as that is known.
   */
  request(permit: DialPermit, priority: DialPriority, host: string): void {
    permit.state = 'queued';
    permit.priority = priority;
    permit.host = host;
    this.#queues[priority].add(permit);
    this.#queued += 1;
    this.#grant();
  }

  /** Takes a permit back, or removes it from the queue. Does nothing for an idle permit. */
  release(permit: DialPermit): void {
    const { state, priority, host } = permit;
    if (state === 'idle') return;
    permit.state = 'idle';
    if (state === 'queued') {
      this.#queues[priority].remove(permit);
      this.#queued -= 1;
    } else {
      this.#count(priority, host, -1);
    }
    this.#grant();
  }

  onDue(): void {
    this.#grant();
  }

  #count(priority: DialPriority, host: string, by: 1 | -1): void {
    this.#underWay[priority] += by;
    const count = (this.#underWayTo.get(host) ?? 0) + by;
    if (count === 0) this.#underWayTo.delete(host);
    else this.#underWayTo.set(host, count);
  }

  /** For each priority that has room, its next permit. */
  #ready(): DialPermit[] {
    return DIAL_PRIORITIES.flatMap((priority) =>
      hasRoom(priority, this.#underWay, this.#caps) ? (this.#queues[priority].next(this.#mayDial) ?? []) : [],
    );
  }

  readonly #mayDial = (host: string): boolean => (this.#underWayTo.get(host) ?? 0) < this.#caps.perHost;

  /** Grants as many permits as may begin now, and schedules the next grant if only the pace is in the way. */
  #grant(): void {
    if (this.#isGranting) return;
    this.#isGranting = true;
    let delayMs = Number.POSITIVE_INFINITY;
    for (let ready = this.#ready(); ready.length > 0; ready = this.#ready()) {
      delayMs = this.#pace.delay(this.#clock.now());
      if (delayMs > 0) break;
      this.#grantOne(ready);
      delayMs = Number.POSITIVE_INFINITY;
    }
    this.#isGranting = false;
    this.#wheel.schedule(this, delayMs);
  }

  #grantOne(ready: readonly DialPermit[]): void {
    const priority = nextPriority(
      ready.map((permit) => permit.priority),
      this.#passedOver,
    );
    const permit = ready.find((one) => one.priority === priority);
    if (permit === undefined) return;
    for (const { priority: other } of ready)
      this.#passedOver[other] = other === priority ? 0 : this.#passedOver[other] + 1;
    this.#queues[permit.priority].take(permit);
    this.#queued -= 1;
    this.#count(permit.priority, permit.host, 1);
    permit.state = 'granted';
    permit.onGranted();
    // Noted only now: if beginning took time, the next starts must not come closer to this one by that.
    this.#pace.started(this.#clock.now());
  }
}

/** A dialer's place in the queue for dialing, and its right to dial once it has its turn. Used for all its attempts. */
export class DialPermit implements RoundRobinEntry {
  before: this | undefined;
  after: this | undefined;
  host = '';
  priority: DialPriority = 'first';
  state: 'idle' | 'queued' | 'granted' = 'idle';
  readonly onGranted: () => void;

  /** @param onGranted is called when it has its turn; must not throw. */
  constructor(onGranted: () => void) {
    this.onGranted = onGranted;
  }
}
