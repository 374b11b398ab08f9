import type { Observable, Subscriber, Unsubscribable } from 'rxjs';
import type { ControlFrame } from '../../transport/frame.js';
import { Guarded } from '../../transport/guarded.js';
import type { OnThrow } from '../../transport/subscribers.js';
import type { Wire } from '../../transport/transport.js';
import type { SendResult } from '../api/connection.js';
import { controlPayload } from '../options/control-payload.js';
import type { ConnectionActor } from './connection-actor.js';

const EMPTY = Buffer.alloc(0);

/** `controlFrames$`: listens to the wire as long as somebody listens to it, since each frame costs a copy. */
export class ControlRelay extends Guarded<ControlFrame> {
  #wire: Pick<Wire, 'controlFrames$'> | undefined;
  #source: Unsubscribable | undefined;

  constructor(wire: Pick<Wire, 'controlFrames$'> | undefined, onThrow: OnThrow) {
    super(onThrow);
    this.#wire = wire;
  }

  /** The connection has its wire. */
  attach(wire: Pick<Wire, 'controlFrames$'>): void {
    this.#wire = wire;
    if (this.observed) this.#listen();
  }

  protected override _subscribe(subscriber: Subscriber<ControlFrame>): () => void {
    const leave = super._subscribe(subscriber);
    if (this.observed) this.#listen();
    return () => {
      leave();
      if (this.observed) return;
      this.#source?.unsubscribe();
      this.#source = undefined;
    };
  }

  #listen(): void {
    this.#source ??= this.#wire?.controlFrames$.subscribe((frame) => this.next(frame));
  }
}

/** What control frames need of a connection. */
type ControlledConnection = Pick<ConnectionActor, 'wire' | 'parent' | 'isOpen' | 'report' | 'lazy' | 'subscriberThrew'>;

export function controlFramesOf(connection: ControlledConnection): Observable<ControlFrame> {
  const { lazy, wire, report } = connection;
  lazy.controlFrames ??= new ControlRelay(wire, (error) => connection.subscriberThrew(error));
  if (report !== undefined) lazy.controlFrames.complete();
  return lazy.controlFrames;
}

export function pong({ wire, parent, isOpen }: ControlledConnection, payload?: string | Uint8Array): SendResult {
  const bytes = payload === undefined ? EMPTY : controlPayload(payload, 'pong: payload');
  if (wire === undefined || !isOpen) return 'closed';
  const { maxBufferedBytes, highWaterMark } = parent.limits;
  const waiting = wire.heldBytes + bytes.length;
  if (waiting > maxBufferedBytes) return 'dropped';
  wire.pong(bytes);
  return waiting > highWaterMark ? 'backpressure' : 'taken';
}
