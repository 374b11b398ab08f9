import type { AnyActorLogic, EventFromLogic, InputFrom } from 'xstate';
import type { CloseReport } from '../../transport/close-report.js';
import { checkAtOnce } from '../../transport/contain.js';
import type { Frame } from '../../transport/frame.js';
import { readOptions } from '../../transport/read-options.js';
import { wrongOption } from '../../transport/wrong-option.js';
import { type ActorClock, ContainedActor } from './contained-actor.js';
import type { ActorInspector } from './contained-inspector.js';
import { enterHandlerActor } from './handler-actors.js';

/** What `actorHandler` needs of a connection. The connections of a supervisor have it. */
export interface ActorConnection {
  readonly frames$: { subscribe(next: (frame: Frame) => void): { unsubscribe(): void } };
  readonly closed: Promise<CloseReport>;
  readonly drainSignal: AbortSignal;
  readonly clock: ActorClock;
}

// Types and not interfaces: those do not fit into XState's open event objects.

/** The event for a frame of the peer, unless `frame` makes another one. */
export type FrameEvent = {
  readonly type: 'frame';
  readonly frame: Frame;
};

/** A drain asks handlers to finish. The connection is still open. */
export type ConnectionDrainingEvent = {
  readonly type: 'connection.draining';
};

/** The connection has ended. This is the last event: the actor is stopped when it has handled it. */
export type ConnectionEndedEvent = {
  readonly type: 'connection.ended';
  readonly report: CloseReport;
};

/** What happens to a connection, as events of an actor. Events that a logic does not know have no effect. */
export type ActorHandlerEvent = FrameEvent | ConnectionDrainingEvent | ConnectionEndedEvent;

type FrameMapping<Logic extends AnyActorLogic> = (frame: Frame) => EventFromLogic<Logic> | undefined;

/**
 * Settings of a handler that runs an actor.
 *
 * - `input` makes the actor's input. With the connection in it, actions can send and close.
 * - `frame` makes an event from a frame, or returns `undefined` for a frame without effect. What it throws counts as
 *   the actor's own error. Default: `{ type: 'frame', frame }`. Required where the logic does not take such an event.
 * - `inspect` sees everything that happens in each connection's actor system, unredacted, as that option of
 *   `createActor` does. When it throws, it is detached from that connection, and Node warns with the code
 *   `WIREKEEPER_INSPECTOR_THREW`. Each event costs about half as much again with it (measured). Default: none.
 */
export type ActorHandlerOptions<Logic extends AnyActorLogic, C extends ActorConnection> = {
  readonly input: (connection: C) => InputFrom<Logic>;
  readonly inspect?: ActorInspector | undefined;
} & (FrameEvent extends EventFromLogic<Logic>
  ? { readonly frame?: FrameMapping<Logic> | undefined }
  : { readonly frame: FrameMapping<Logic> });

/**
 * What a connection is closed with when its actor is done: its output, if that has a numeric `code`; else nothing,
 * which means 1000.
 */
type ActorResult = { readonly code: number; readonly reason?: string } | undefined;

function resultOf(output: unknown): ActorResult {
  if (typeof output !== 'object' || output === null || !('code' in output) || typeof output.code !== 'number')
    return undefined;
  return 'reason' in output && typeof output.reason === 'string'
    ? { code: output.code, reason: output.reason }
    : { code: output.code };
}

function isInspector(value: unknown): value is ActorInspector {
  return (
    typeof value === 'function' ||
    (typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function')
  );
}

/** Whether a logic may take an event. A machine lists the events that it has transitions for. */
function mayHear({ events }: AnyActorLogic & { readonly events?: readonly string[] }, type: string): boolean {
  return (
    events === undefined ||
    events.some((known) => known === type || (known.endsWith('*') && type.startsWith(known.slice(0, -1))))
  );
}

/**
 * Makes a handler of XState logic (a machine, or any other actor logic): each connection has its own actor,
 * started when it opens and stopped when it has ended.
 *
 * - Frames become events through `frame`; a drain and the end are `ActorHandlerEvent`s.
 * - An actor that is done counts as a handler that returned, with its output `{ code, reason? }` as the result. An
 *   error of an action, a guard, an unhandled child, or a subscriber counts as a handler that threw.
 * - The actor's delays run on the connection's clock, so on its supervisor's.
 *
 * Frames are pushed: an actor cannot pause the socket, and frames that it has not handled wait in memory. Each frame
 * costs an event of XState, about 4.6 us (measured). Where that matters, iterate over the connection instead.
 *
 * @throws {OptionError} when `input` or `frame` is not a function, or `inspect` neither a function nor an observer.
 */
export function actorHandler<Logic extends AnyActorLogic, C extends ActorConnection>(
  logic: Logic,
  options: ActorHandlerOptions<Logic, C>,
): (connection: C) => Promise<ActorResult> {
  const {
    input,
    inspect,
    frame: eventOf = (frame: Frame): FrameEvent => ({ type: 'frame', frame }),
  } = readOptions(options, ['input', 'frame', 'inspect'], 'actorHandler');
  if (typeof input !== 'function')
    throw wrongOption('actorHandler: input', `is of type ${typeof input}; it must be a function`);
  if (typeof eventOf !== 'function')
    throw wrongOption('actorHandler: frame', `is of type ${typeof eventOf}; it must be a function`);
  if (inspect !== undefined && !isInspector(inspect))
    throw wrongOption(
      'actorHandler: inspect',
      `is of type ${typeof inspect}; it must be a function or an object with a method next`,
    );

  const hearsDrain = mayHear(logic, 'connection.draining');

  return async (connection) => {
    const actor = new ContainedActor(logic, { input: input(connection), clock: connection.clock, inspect });
    const leave = enterHandlerActor(connection, actor);
    const sendToActor = (event: ActorHandlerEvent) => actor.send(event as EventFromLogic<Logic>);
    const announceDrain = () => sendToActor({ type: 'connection.draining' });
    actor.start();
    const frames = connection.frames$.subscribe((frame) => {
      try {
        const event = eventOf(frame);
        checkAtOnce(event, 'actorHandler: frame');
        if (event !== undefined) actor.send(event as EventFromLogic<Logic>);
      } catch (error) {
        actor.fail(error);
      }
    });
    if (hearsDrain && connection.drainSignal.aborted) announceDrain();
    if (hearsDrain) connection.drainSignal.addEventListener('abort', announceDrain);
    void connection.closed.then((report) => {
      sendToActor({ type: 'connection.ended', report });
      actor.stop();
    });
    try {
      return resultOf(await actor.outcome);
    } finally {
      leave();
      frames.unsubscribe();
      if (hearsDrain) connection.drainSignal.removeEventListener('abort', announceDrain);
    }
  };
}
