/** What a consumer may make handlers of. Only compiled: against the source, and against the packed package. */
import type { Connection, Handler, ListenOptions } from 'wirekeeper';
import { type ActorHandlerEvent, actorHandler } from 'wirekeeper/machines';
import { fromPromise, fromTransition, setup } from 'xstate';

interface Member {
  readonly name: string;
}

const chat = setup({
  types: {
    context: {} as { connection: Connection<Member> },
    input: {} as { connection: Connection<Member> },
    events: {} as ActorHandlerEvent,
  },
}).createMachine({ context: ({ input }) => input });

const moody = setup({ types: { events: {} as { type: 'said'; text: string } } }).createMachine({});

/** The connection's type comes from where the handler stands. */
export const options: ListenOptions<Member> = {
  port: 0,
  authenticate: () => ({ data: { name: 'ann' } }),
  handler: actorHandler(chat, { input: (connection) => ({ connection }) }),
};

/** Or from the input's annotation. */
export const handler: Handler<Member> = actorHandler(chat, {
  input: (connection: Connection<Member>) => ({ connection }),
});

/** Any logic will do, on any connection. */
export const others: Handler<unknown>[] = [
  actorHandler(
    fromTransition((count: number) => count + 1, 0),
    { input: () => undefined },
  ),
  actorHandler(
    fromPromise(async () => ({ code: 4000 })),
    { input: () => undefined },
  ),
  actorHandler(moody, { input: () => undefined, frame: ({ data }) => ({ type: 'said', text: data.toString() }) }),
];

// @ts-expect-error a machine that takes no frame events needs a function that makes events of frames
actorHandler(moody, { input: () => undefined });
// @ts-expect-error an event that the machine does not take
actorHandler(moody, { input: () => undefined, frame: () => ({ type: 'whispered' }) });
// @ts-expect-error an input that the machine does not take
actorHandler(chat, { input: (connection: Connection<Member>) => ({ socket: connection }) });
// @ts-expect-error a connection without the data that the machine wants
export const stranger: Handler = actorHandler(chat, { input: (connection: Connection<Member>) => ({ connection }) });
