import { setImmediate as turn } from 'node:timers/promises';
import type { InspectionEvent } from 'xstate';
import type { Connection } from '../../../supervisor/api/connection.js';
import type { Supervisor } from '../../../supervisor/api/supervisor.js';
import type { Frame } from '../../../transport/frame.js';
import { Gate, isFinal } from '../gate.js';
import { logicsShown } from '../handler-system.js';
import type { TreeActor } from '../inspected-actor.js';
import { MachineObserver } from '../machine-observer.js';
import type { InspectOnly } from '../only.js';
import { sentEvent } from './asked.js';
import { viewerActor } from './missed.js';
import type { InspectionServerSettings } from './resolve-inspection-server.js';
import { Viewer } from './viewer.js';
import { ViewerQueue } from './viewer-queue.js';

/** Serves viewers of one supervisor, which is inspected while there is one. */
export class Audience {
  readonly #supervisor: Supervisor;
  readonly #settings: InspectionServerSettings;
  readonly #viewers = new Set<Viewer>();
  #machines: MachineObserver | undefined;
  #viewersSoFar = 0;

  constructor(supervisor: Supervisor, settings: InspectionServerSettings) {
    this.#supervisor = supervisor;
    this.#settings = settings;
  }

  /** Serves a viewer until it is gone, or the supervisor has ended; then the connection closes with 1000. */
  async serve(connection: Connection<InspectOnly>): Promise<void> {
    const machines = this.#attached();
    this.#viewersSoFar += 1;
    const queue = new ViewerQueue({
      gate: new Gate(this.#settings.only, connection.data),
      present: () => machines.present,
      viewer: viewerActor(this.#viewersSoFar),
      most: this.#settings.maxWaiting,
    });
    const viewer = new Viewer(connection, queue, { wallNow: Date.now, now: () => performance.now(), turn });
    this.#viewers.add(viewer);
    void this.#hear(connection, machines);
    if (isEnded(this.#supervisor)) viewer.complete();
    await viewer.run();
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.#detach();
  }

  #attached(): MachineObserver {
    if (this.#machines !== undefined) return this.#machines;
    const { sanitizers } = this.#settings;
    const settings = { sanitizers, logicOf: logicsShown(), isDetailed: false };
    this.#machines = new MachineObserver(this.#supervisor, settings, (event, actor) => this.#offer(event, actor));
    this.#machines.attach();
    return this.#machines;
  }

  #detach(): void {
    this.#machines?.detach();
    this.#machines = undefined;
  }

  #offer(event: InspectionEvent, actor: TreeActor): void {
    for (const viewer of this.#viewers) viewer.offer(event, actor);
    if (actor._parent === undefined && isFinal(event)) for (const viewer of this.#viewers) viewer.complete();
  }

  /** Reads what a viewer sends, and refuses it unless events are accepted. */
  async #hear(connection: Connection<InspectOnly>, machines: MachineObserver): Promise<void> {
    for await (const frame of connection) {
      if (this.#settings.acceptEvents === false) connection.close(1008, 'this server takes no messages');
      else if (!this.#take(frame, machines)) connection.close(1008, 'this is no event for an actor');
    }
  }

  /** Returns whether it was understood. An event that is not allowed, or for an actor that is gone, is dropped. */
  #take(frame: Frame, machines: MachineObserver): boolean {
    const sent = frame.isBinary ? undefined : sentEvent(frame.text());
    if (sent === undefined) return false;
    for (const actor of machines.present) if (actor.sessionId === sent.sessionId) this.#deliver(sent.event, actor);
    return true;
  }

  #deliver(event: Parameters<TreeActor['deliver']>[0], actor: TreeActor): void {
    const { acceptEvents } = this.#settings;
    try {
      const answer: unknown = typeof acceptEvents === 'function' ? acceptEvents(event, actor) : acceptEvents;
      if (answer === true) actor.deliver(event);
    } catch {
      // A check that throws allows nothing.
    }
  }
}

function isEnded({ state }: Supervisor): boolean {
  return state === 'stopped' || state === 'failed';
}
