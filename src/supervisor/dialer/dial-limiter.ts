import type { Clock } from '../api/clock.js';
import type { DialLimit } from '../api/limits.js';
import type { Wheel, WheelSlot, WheelTask } from '../time/wheel.js';
import { DialLine, type LinePlace } from './dial-line.js';
import { DialPace } from './dial-pace.js';
import { capsOf, DIAL_RANKS, type DialCaps, type DialRank, hasRoom, nextRank } from './dial-turns.js';

/**
 * Somebody's place in the line for dialing, and the right to dial once its turn has come. Used again for each attempt.
 */
export class DialPermit implements LinePlace {
  before: this | undefined;
  after: this | undefined;
  host = '';
  rank: DialRank = 'first';
  state: 'idle' | 'queued' | 'granted' = 'idle';
  readonly onGranted: () => void;

  /** @param onGranted is called when its turn has come; must not throw. */
  constructor(onGranted: () => void) {
    this.onGranted = onGranted;
  }
}

/**
 * Lets dials begin, no faster than its limit allows. Those of one rank and one host are served first come, first
 * served; between ranks and hosts `dial-turns.ts` and the line decide. It has at most one task on the wheel, however
 * many wait, and giving up costs O(1).
 */
export class DialLimiter implements WheelTask {
  wheelSlot: WheelSlot | undefined;
  readonly #caps: DialCaps;
  readonly #pace: DialPace;
  readonly #clock: Clock;
  readonly #wheel: Wheel;
  readonly #lines: Readonly<Record<DialRank, DialLine<DialPermit>>> = {
    returning: new DialLine(),
    first: new DialLine(),
    failing: new DialLine(),
  };
  readonly #underWay: Record<DialRank, number> = { returning: 0, first: 0, failing: 0 };
  readonly #underWayTo = new Map<string, number>();
  readonly #passedOver: Record<DialRank, number> = { returning: 0, first: 0, failing: 0 };
  #queued = 0;
  #isGranting = false;

  constructor({ inFlight, perSecond }: DialLimit, clock: Clock, wheel: Wheel) {
    this.#caps = capsOf(inFlight);
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
    return this.#underWay.returning + this.#underWay.first + this.#underWay.failing;
  }

  /**
   * Stands in line, and is granted at once, within this call, if nothing is in the way.
   *
   * @param host where it is to dial, as far as that is known.
   */
  request(permit: DialPermit, rank: DialRank, host: string): void {
    permit.state = 'queued';
    permit.rank = rank;
    permit.host = host;
    this.#lines[rank].join(permit);
    this.#queued += 1;
    this.#grant();
  }

  /** Gives a permit back, or leaves the line. Does nothing for one that is idle. */
  release(permit: DialPermit): void {
    const { state, rank, host } = permit;
    if (state === 'idle') return;
    permit.state = 'idle';
    if (state === 'queued') {
      this.#lines[rank].leave(permit);
      this.#queued -= 1;
    } else {
      this.#count(rank, host, -1);
    }
    this.#grant();
  }

  onDue(): void {
    this.#grant();
  }

  #count(rank: DialRank, host: string, by: 1 | -1): void {
    this.#underWay[rank] += by;
    const count = (this.#underWayTo.get(host) ?? 0) + by;
    if (count === 0) this.#underWayTo.delete(host);
    else this.#underWayTo.set(host, count);
  }

  /** Of each rank for which there is room, the one that is next. */
  #ready(): DialPermit[] {
    return DIAL_RANKS.flatMap((rank) =>
      hasRoom(rank, this.#underWay, this.#caps) ? (this.#lines[rank].next(this.#mayDial) ?? []) : [],
    );
  }

  readonly #mayDial = (host: string): boolean => (this.#underWayTo.get(host) ?? 0) < this.#caps.perHost;

  /** Grants as many as may begin now, and sets the timer for the next one if only the pace is in the way. */
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
    const rank = nextRank(
      ready.map((permit) => permit.rank),
      this.#passedOver,
    );
    const permit = ready.find((one) => one.rank === rank);
    if (permit === undefined) return;
    for (const { rank: other } of ready) this.#passedOver[other] = other === rank ? 0 : this.#passedOver[other] + 1;
    this.#lines[permit.rank].take(permit);
    this.#queued -= 1;
    this.#count(permit.rank, permit.host, 1);
    permit.state = 'granted';
    permit.onGranted();
    // Noted when it has begun: what beginning took must not bring the next ones closer to it.
    this.#pace.started(this.#clock.now());
  }
}
