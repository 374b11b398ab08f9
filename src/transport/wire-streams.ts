import { filter, map, type Observable } from 'rxjs';
import type { Frame } from './frame.js';
import { Relay } from './relay.js';
import type { WireEnd, WireFact, WireOpened } from './wire-fact.js';

/** The streams every wire has; what they carry is published by the wire itself, and nobody else. */
export class WireStreams {
  protected readonly facts = new Relay<WireFact>();
  protected readonly frames = new Relay<Frame>();
  protected drained: Relay<void> | undefined;
  protected isGone = false;

  get facts$(): Observable<WireFact> {
    return this.facts;
  }

  get frames$(): Observable<Frame> {
    return this.frames;
  }

  get opened$(): Observable<WireOpened> {
    return this.facts.pipe(filter((fact) => fact.type === 'wire.opened'));
  }

  get closed$(): Observable<WireEnd> {
    return this.facts.pipe(
      filter((fact) => fact.type === 'wire.closed'),
      map((fact) => fact.end),
    );
  }

  get drained$(): Observable<void> {
    this.drained ??= new Relay<void>();
    if (this.isGone) this.drained.complete();
    return this.drained;
  }

  /** The last fact; every stream completes. */
  protected publishEnd(end: WireEnd): void {
    this.isGone = true;
    this.facts.next({ type: 'wire.closed', end });
    this.facts.complete();
    this.frames.complete();
    this.drained?.complete();
  }
}
