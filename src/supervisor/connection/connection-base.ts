import type { Wire } from '../../transport/transport.js';
import type { Clock } from '../api/clock.js';
import type { Wheel } from '../time/wheel.js';
import type { ConnectionParent } from './connection-parent.js';
import { LazyParts } from './lazy-parts.js';

/** What a connection is made from. */
export interface ConnectionParts {
  readonly id: string;
  readonly parent: ConnectionParent;
  readonly role: 'accepted' | 'dialed';
  /** Absent while a dial's URL and header fields are still being asked for. */
  readonly wire?: Wire | undefined;
  readonly epoch?: number | undefined;
}

/** What a connection is, and what its parts look up in it: they keep no references of their own. */
export abstract class ConnectionBase {
  readonly id: string;
  readonly role: 'accepted' | 'dialed';
  protected readonly parent: ConnectionParent;
  protected wire: Wire | undefined;
  /** As much of what most connections never need as has been made: `lazy`. */
  protected lazyIfMade: LazyParts | undefined;

  constructor({ id, parent, role, epoch }: ConnectionParts) {
    this.id = id;
    this.role = role;
    this.parent = parent;
    if (epoch !== undefined) this.lazy.epoch = epoch;
  }

  /** Which of its dialer's connections it is, from 1; accepted ones have none. */
  get epoch(): number | undefined {
    return this.lazyIfMade?.epoch;
  }

  /** Whether it belongs to that listener or dialer. */
  isOf(parent: ConnectionParent): boolean {
    return this.parent === parent;
  }

  /** What most connections never need, made if it is not there yet. */
  protected get lazy(): LazyParts {
    this.lazyIfMade ??= new LazyParts();
    return this.lazyIfMade;
  }

  get wheel(): Wheel {
    return this.parent.services.wheel;
  }

  get clock(): Clock {
    return this.parent.services.clock;
  }

  get readAheadBytes(): number {
    return this.parent.limits.readAheadBytes;
  }

  frameCame(bytes: number): void {
    const { totals } = this.parent.services;
    totals.framesIn += 1;
    totals.bytesIn += bytes;
  }
}
