import type { AnyActorLogic, EventFromLogic, InputFrom } from 'xstate';
import type { CloseReport } from '../../transport/close-report.js';
import { checkAtOnce } from '../../transport/contain.js';
import { OptionError } from '../../transport/errors.js';
import type { Frame } from '../../transport/frame.js';
import { readOptions } from '../../transport/read-options.js';
import { type ActorClock, ContainedActor } from './contained-actor.js';

/** What `actorHandler` needs of a connection. The connections of a supervisor have it. */
export interface ActorConnection {
  readonly frames$: { subscribe(next: (frame: Frame) => void): { unsubscribe(): void } };
  readonly closed: Promise<CloseReport>;
  readonly drainSignal: AbortSignal;
  readonly clock: ActorClock;
}

// Types and not interfaces: those do not fit into XState's open event objects.

/** A message of the peer has come. What an actor gets for it unless `frame` says otherwise. */
export type FrameEvent = {
  readonly type: 'frame';
  readonly frame: Frame;
};

/** A drain asks handlers to finish: the connection is open still. */
export type ConnectionDrainingEvent = {
  readonly type: 'connection.draining';
};

/** The connection has ended. The last event; the actor is stopped as soon as it has dealt with it. */
export type ConnectionEndedEvent = {
  readonly type: 'connection.ended';
  readonly report: CloseReport;
};

/** What happens to a connection, as events of an actor. Those that a logic does not know do nothing. */
export type ActorHandlerEvent = FrameEvent | ConnectionDrainingEvent | ConnectionEndedEvent;

type FrameMapping<Logic extends AnyActorLogic> = (frame: Frame) => EventFromLogic<Logic> | undefined;

/**
 * Settings of a handler that runs an actor.
 *
 * - `input` makes the actor's input. With the connection in it, actions can send and close.
 * - `frame` makes an event of a frame, or `undefined` of one that is to have no effect; what it throws counts as the
 *   actor's own error. Default: `{ type: 'frame', frame }`; needed where the logic takes no such event.
 */
export type ActorHandlerOptions<Logic extends AnyActorLogic, C extends ActorConnection> = {
  readonly input: (connection: C) => InputFrom<Logic>;
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

/** Whether an event may mean something to a logic. A machine has a list of those it has transitions for. */
function mayHear({ events }: AnyActorLogic & { readonly events?: readonly string[] }, type: string): boolean {
  return (
    events === undefined ||
    events.some((known) => known === type || (known.endsWith('*') && type.startsWith(known.slice(0, -1))))
  );
}

/**
 * Makes a handler of XState logic (a machine, or any other actor logic): each connection has an actor of its own,
 * started when it opens and stopped when it has ended.
 *
 * - Frames become events through `frame`; a drain and the end are `ActorHandlerEvent`s.
 * - Done counts as a handler that returns, and an output `{ code, reason? }` as what it returned; an error, be it of an
 *   action, a guard, an unhandled child, or a subscriber, as a handler that throws.
 * - The actor's delays run on the connection's clock, so on its supervisor's.
 *
 * Frames are pushed: an actor cannot pause the socket, and what it has not dealt with waits in memory. Each costs an
 * event of XState, about 4.6 us (measured); iterate over the connection where that matters.
 *
 * @throws {OptionError} when `input` or `frame` is no function.
 */
export function actorHandler<Logic extends AnyActorLogic, C extends ActorConnection>(
  logic: Logic,
  options: ActorHandlerOptions<Logic, C>,
): (connection: C) => Promise<ActorResult> {
  const { input, frame: eventOf = (frame: Frame): FrameEvent => ({ type: 'frame', frame }) } = readOptions(
    options,
    ['input', 'frame'],
    'actorHandler',
  );
  if (typeof input !== 'function')
    throw new OptionError(`actorHandler: input is of type ${typeof input}; it must be a function.`);
  if (typeof eventOf !== 'function')
    throw new OptionError(`actorHandler: frame is of type ${typeof eventOf}; it must be a function.`);

  const hearsDrain = mayHear(logic, 'connection.draining');

  return async (connection) => {
    const actor = new ContainedActor(logic, { input: input(connection), clock: connection.clock });
    const tell = (event: ActorHandlerEvent) => actor.send(event as EventFromLogic<Logic>);
    const announceDrain = () => tell({ type: 'connection.draining' });
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
      tell({ type: 'connection.ended', report });
      actor.stop();
    });
    try {
      return resultOf(await actor.outcome);
    } finally {
      frames.unsubscribe();
      if (hearsDrain) connection.drainSignal.removeEventListener('abort', announceDrain);
    }
  };
}
