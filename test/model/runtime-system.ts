import type { ConnectionEvent } from '../../src/machines/index.js';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { HandlerResult } from '../../src/supervisor/api/handler.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createHeapClock, type HeapClock } from '../../src/testing/heap-clock.js';
import { replayed } from '../support/replayed.js';
import type { ConnectionSystem, Observation, Step, SystemMaker } from './connection-system.js';
import { LAST_WORD, PEER_LIMITS, type Peer, type Role, type Stage } from './peer.js';

const OPEN_WITHIN_MS = 1000;
const CLOSE_WITHIN_MS = 5000;
const LIVENESS = { pingEveryMs: 1000, answerWithinMs: 1000 };

/** Longer than any deadline that is armed in the walk, given that no other may come first. */
const LONG_ENOUGH = 3;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A handler that ends when a walk says so, and reads every frame. */
class ScriptedHandler {
  readonly heard: string[] = [];
  return: (result: HandlerResult) => void = () => {};
  throw: (error: unknown) => void = () => {};

  readonly handle = (connection: Connection): Promise<HandlerResult> => {
    connection.frames$.subscribe(({ data }) => this.heard.push(data.toString()));
    return new Promise((resolve, reject) => {
      this.return = resolve;
      this.throw = reject;
    });
  };
}

/**
 * The runtime behind its public interface, with a peer that does what a walk says and a clock that stands still
 * meanwhile.
 */
export class RuntimeSystem implements ConnectionSystem {
  readonly doesReport = true;
  readonly #clock: HeapClock;
  readonly #supervisor: Supervisor;
  readonly #handler: ScriptedHandler;
  readonly #peer: Peer;
  readonly #replays: () => void;
  #connection: Connection<unknown> | undefined;

  private constructor(
    clock: HeapClock,
    supervisor: Supervisor,
    handler: ScriptedHandler,
    peer: Peer,
    replays: () => void,
  ) {
    this.#clock = clock;
    this.#replays = replays;
    this.#supervisor = supervisor;
    this.#handler = handler;
    this.#peer = peer;
    this.#find();
  }

  /** One connection in one role. Liveness is on only where it is to be lost: no other deadline may then come first. */
  static on(stage: Stage, role: Role): SystemMaker {
    return async (steps: readonly Step[]) => {
      const clock = createHeapClock();
      const { transport, begin } = stage(clock);
      const losesLiveness = steps.some(({ event }) => event.type === 'liveness.lost');
      const supervisor = createSupervisor({
        clock,
        transport,
        limits: {
          ...PEER_LIMITS,
          openWithinMs: OPEN_WITHIN_MS,
          closeWithinMs: losesLiveness ? CLOSE_WITHIN_MS * 1000 : CLOSE_WITHIN_MS,
        },
        liveness: losesLiveness ? LIVENESS : false,
      });
      const replays = replayed.of(supervisor);
      const handler = new ScriptedHandler();
      return new RuntimeSystem(clock, supervisor, handler, await begin(supervisor, role, handler.handle), replays);
    };
  }

  observe(): Observation {
    const connection = this.#find();
    if (connection === undefined) return { state: 'connecting', isInterrupted: false, report: undefined };
    return { state: connection.state, isInterrupted: connection.signal.aborted, report: connection.report };
  }

  async apply(event: ConnectionEvent): Promise<void> {
    const connection = this.#find();
    switch (event.type) {
      case 'wire.opened':
        await this.#peer.open();
        return;
      case 'wire.closing':
        this.#peer.close(event.received);
        // The Close stands right behind the word, in the same segment.
        while (!this.#handler.heard.includes(LAST_WORD)) await turn();
        await turn();
        return;
      case 'wire.failed':
        this.#peer.fail(event.fault);
        return;
      case 'wire.closed':
        this.#peer.end(event.end.kind);
        return;
      case 'deadline.open':
        this.#clock.advance(OPEN_WITHIN_MS * LONG_ENOUGH);
        return;
      case 'deadline.close':
        this.#clock.advance(CLOSE_WITHIN_MS * LONG_ENOUGH);
        return;
      case 'liveness.lost':
        this.#clock.advance((LIVENESS.pingEveryMs + LIVENESS.answerWithinMs) * LONG_ENOUGH);
        return;
      case 'handler.returned':
        this.#handler.return({ code: event.code, reason: event.reason });
        await turn();
        return;
      case 'handler.threw':
        this.#handler.throw(event.error);
        await turn();
        return;
      case 'close':
        connection?.close(event.code, event.reason);
        return;
      case 'terminate':
        connection?.terminate();
        return;
    }
  }

  /** The connection, once there is one; it leaves the supervisor's list at its end. */
  #find(): Connection<unknown> | undefined {
    this.#connection ??= this.#supervisor.connections.values().next().value;
    return this.#connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const connection = this.#find();
    this.#handler.return(undefined);
    connection?.terminate();
    await this.#peer[Symbol.asyncDispose]();
    await connection?.closed;
    await this.#supervisor.stop();
    this.#replays();
  }
}
