import type { Wire } from '../../transport/transport.js';
import type { Clock } from '../api/clock.js';
import type { Wheel } from '../time/wheel.js';
import type { Home } from './home.js';
import { OnDemand } from './on-demand.js';

/** What a connection is made from. */
export interface ConnectionParts {
  readonly id: string;
  readonly home: Home;
  readonly role: 'accepted' | 'dialed';
  /** Absent while a dial's URL and header fields are still being asked for. */
  readonly wire?: Wire | undefined;
  readonly epoch?: number | undefined;
}

/** What a connection is, and what its parts look up in it: they keep no references of their own. */
export abstract class ConnectionBase {
  readonly id: string;
  readonly role: 'accepted' | 'dialed';
  protected readonly home: Home;
  protected wire: Wire | undefined;
  /** As much of what most connections never need as has been made: `onDemand`. */
  protected made: OnDemand | undefined;

  constructor({ id, home, role, epoch }: ConnectionParts) {
    this.id = id;
    this.role = role;
    this.home = home;
    if (epoch !== undefined) this.onDemand.epoch = epoch;
  }

  /** Which of its dialer's connections it is, from 1; accepted ones have none. */
  get epoch(): number | undefined {
    return this.made?.epoch;
  }

  /** Whether it belongs to that listener or dialer. */
  isOf(home: Home): boolean {
    return this.home === home;
  }

  /** What most connections never need, made if it is not there yet. */
  protected get onDemand(): OnDemand {
    this.made ??= new OnDemand();
    return this.made;
  }

  get wheel(): Wheel {
    return this.home.shared.wheel;
  }

  get clock(): Clock {
    return this.home.shared.clock;
  }

  get readAheadBytes(): number {
    return this.home.limits.readAheadBytes;
  }

  frameCame(bytes: number): void {
    const { totals } = this.home.shared;
    totals.framesIn += 1;
    totals.bytesIn += bytes;
  }
}
