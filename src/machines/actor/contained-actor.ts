import {
  type AnyActor,
  type AnyActorLogic,
  createActor,
  type EventFromLogic,
  type InputFrom,
  type OutputFrom,
  type Subscription,
} from 'xstate';
import { type ActorInspector, containedInspector, warnOfInspector } from './contained-inspector.js';
import type { HandlerActor } from './handler-actors.js';
import { eachNewActor } from './new-actors.js';

/** Time for an actor's delays: the part of a clock that XState uses. */
export interface ActorClock {
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(id: unknown): void;
}

/** What an actor is made with. */
interface ActorSettings<Logic extends AnyActorLogic> {
  readonly input: InputFrom<Logic>;
  readonly clock: ActorClock;
  readonly inspect?: ActorInspector | undefined;
}

interface Observer {
  readonly next?: ((snapshot: unknown) => void) | undefined;
  readonly error?: ((error: unknown) => void) | undefined;
  readonly complete?: (() => void) | undefined;
}

type Consumer = Observer | ((snapshot: unknown) => void) | undefined;

/** How users listen to an actor, without XState's overloads. */
interface Heard {
  subscribe(consumer: Consumer, error?: Observer['error'], complete?: Observer['complete']): Subscription;
  on(type: string, handler: (emitted: unknown) => void): Subscription;
}

/** The event with which XState stops a child: `stop()` works for roots only. */
const STOP = { type: 'xstate.stop' } as const;

/**
 * An actor with all the actors it invokes and spawns, whose faults do not get out.
 *
 * XState raises an uncaught exception when a subscriber throws, and for an actor's error as soon as one of its
 * subscribers has no `error` callback; and it leaves the children of a failed actor running. Here an error of a
 * subscriber fails the whole actor, each error is reported in one place only, and the children are stopped.
 */
export class ContainedActor<Logic extends AnyActorLogic> implements HandlerActor {
  /**
   * Resolves with the actor's output when it is done, with `undefined` when it is stopped; rejects with its first
   * error.
   */
  readonly outcome: Promise<OutputFrom<Logic> | undefined>;
  readonly #actor: AnyActor;
  readonly #running = new Set<AnyActor>();
  #resolve: (output?: OutputFrom<Logic>) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #isOver = false;

  constructor(logic: Logic, { input, clock, inspect }: ActorSettings<Logic>) {
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#actor = createActor<AnyActorLogic>(logic, {
      input,
      clock,
      ...(inspect === undefined ? {} : { inspect: containedInspector(inspect, warnOfInspector) }),
    });
    this.#containAll(this.#actor);
    eachNewActor(this.#actor.system, (actor) => this.#contain(actor));
  }

  get root(): AnyActor {
    return this.#actor;
  }

  get running(): Iterable<AnyActor> {
    return this.#running;
  }

  start(): void {
    this.#actor.subscribe({ complete: () => this.#completed(), error: (error: unknown) => this.fail(error) });
    this.#guarded(() => this.#actor.start())();
  }

  /** Does nothing once the actor is over. */
  send(event: EventFromLogic<Logic>): void {
    if (!this.#isOver) this.#guarded(() => this.#actor.send(event))();
  }

  /** Ends it with an error, as if it had thrown that itself. Only the first one counts. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reject(error);
    this.#stopAll();
  }

  /**
   * Stops it, and all actors it has invoked and spawned. An error that a subscriber throws during this still counts.
   */
  stop(): void {
    if (this.#isOver) return;
    this.#stopAll();
    this.#isOver = true;
    this.#resolve();
  }

  #completed(): void {
    const { status, output } = this.#actor.getSnapshot();
    if (status !== 'done' || this.#isOver) return;
    this.#isOver = true;
    this.#resolve(output);
    this.#stopAll();
  }

  /** The root first: a machine stops its children itself, in its own order. */
  #stopAll(): void {
    this.#actor.stop();
    for (const actor of this.#running) if (actor.getSnapshot()?.status === 'active') actor.send(STOP);
  }

  /** Contains an actor and its children, which an initial state has invoked before the actor can be watched. */
  #containAll(actor: AnyActor): void {
    this.#contain(actor);
    const children: Readonly<Record<string, AnyActor>> = actor.getSnapshot()?.children ?? {};
    for (const child of Object.values(children)) this.#containAll(child);
  }

  #contain(actor: AnyActor): void {
    const heard = actor as Heard;
    const subscribe = heard.subscribe.bind(actor);
    const on = heard.on.bind(actor);
    const leave = () => this.#running.delete(actor);
    this.#running.add(actor);
    subscribe({ complete: leave, error: leave });
    heard.subscribe = (consumer, error, complete) => {
      const observer: Observer =
        typeof consumer === 'function' ? { next: consumer, error, complete } : (consumer ?? {});
      return subscribe({
        next: this.#guarded((snapshot) => observer.next?.(snapshot)),
        error: this.#guarded((thrown) => observer.error?.(thrown)),
        complete: this.#guarded(() => observer.complete?.()),
      });
    };
    heard.on = (type, handler) => on(type, this.#guarded(handler));
  }

  #guarded(call: (value: unknown) => void): (value?: unknown) => void {
    return (value) => {
      try {
        call(value);
      } catch (error) {
        this.fail(error);
      }
    };
  }
}
