/**
 * Chat whose rules are a state machine: a name first, then talk; a member who floods the room is muted, and in
 * the end removed. Each connection has an actor of that machine (`actorHandler`), with delays that are the machine's own.
 *
 * Run it with `npm run example -- chat-session`, then talk to ws://127.0.0.1:8080/chat with two clients.
 */
import { fileURLToPath } from 'node:url';
import {
  broadcast,
  type Connection,
  createSupervisor,
  explain,
  Group,
  type Listener,
  type Supervisor,
  type SupervisorOptions,
} from 'wirekeeper';
import { type ActorHandlerEvent, actorHandler } from 'wirekeeper/machines';
import { assign, setup } from 'xstate';

type Room = Group<Connection>;

/** Lines that may be said within one breath, and those that a muted member may try on top. */
const LINES_PER_BREATH = 5;
const LINES_WHILE_MUTED = 10;

/** One chatter: who they are, where they talk, and how much they have said lately. */
export const chatter = setup({
  types: {
    events: {} as ActorHandlerEvent | { type: 'line'; text: string },
    input: {} as { connection: Connection; room: Room },
    context: {} as { connection: Connection; room: Room; name: string; lines: number },
  },
  delays: { namedWithin: 30_000, breath: 5_000, silence: 60_000 },
  guards: {
    isName: ({ event }) => event.type === 'line' && /^[\p{L}\p{N}_-]{1,20}$/u.test(event.text),
    isFarewell: ({ event }) => event.type === 'line' && event.text === '/quit',
    isFlood: ({ context }) => context.lines >= LINES_PER_BREATH,
    isDefiance: ({ context }) => context.lines >= LINES_WHILE_MUTED,
  },
  actions: {
    reply: ({ context: { connection } }, { text }: { text: string }) => void connection.send(text),
    takeName: assign({ name: ({ context, event }) => (event.type === 'line' ? event.text : context.name) }),
    enter: ({ context: { connection, room, name } }) => {
      broadcast(room, `${name} has come`);
      room.add(connection);
    },
    leave: ({ context: { connection, room, name } }) => {
      room.delete(connection);
      broadcast(room, `${name} has left`);
    },
    say: ({ context: { connection, room, name }, event }) => {
      if (event.type === 'line') broadcast(room, `${name}: ${event.text}`, { except: connection });
    },
    count: assign({ lines: ({ context }) => context.lines + 1 }),
    forget: assign({ lines: 0 }),
  },
}).createMachine({
  id: 'chatter',
  context: ({ input }) => ({ ...input, name: '', lines: 0 }),
  initial: 'nameless',
  states: {
    nameless: {
      entry: { type: 'reply', params: { text: 'Who are you?' } },
      on: {
        line: [
          { guard: 'isName', target: 'present', actions: 'takeName' },
          { target: 'nameless', reenter: true },
        ],
      },
      after: { namedWithin: 'late' },
    },
    present: {
      initial: 'talking',
      entry: 'enter',
      // However the connection ends, the room hears of it: a machine that is only stopped runs no exit actions.
      exit: 'leave',
      on: {
        'connection.ended': 'gone',
        'connection.draining': { actions: { type: 'reply', params: { text: 'We restart soon.' } } },
      },
      states: {
        talking: {
          entry: 'forget',
          on: {
            line: [
              { guard: 'isFarewell', target: '#chatter.gone' },
              { guard: 'isFlood', target: 'muted' },
              { actions: ['count', 'say'] },
            ],
          },
          after: { breath: { target: 'talking', reenter: true } },
        },
        muted: {
          entry: ['forget', { type: 'reply', params: { text: 'Take a breath: you are muted for a minute.' } }],
          on: { line: [{ guard: 'isDefiance', target: '#chatter.thrownOut' }, { actions: 'count' }] },
          after: { silence: 'talking' },
        },
      },
    },
    gone: { type: 'final', output: { code: 1000, reason: 'goodbye' } },
    late: { type: 'final', output: { code: 4408, reason: 'no name in time' } },
    thrownOut: { type: 'final', output: { code: 4429, reason: 'too many lines' } },
  },
  output: ({ event }) => ('output' in event ? event.output : undefined),
});

/** What can be set. */
export interface ChatOptions extends Pick<SupervisorOptions, 'clock' | 'transport' | 'liveness'> {
  /** Default 8080. */
  readonly port?: number;
}

/** Starts the server; `supervisor.stop()` ends it, every connection, and every actor. */
export async function start({
  port = 8080,
  ...options
}: ChatOptions = {}): Promise<{ supervisor: Supervisor; listener: Listener }> {
  const room: Room = new Group();
  const supervisor = createSupervisor({ name: 'chat', ...options });
  const listener = await supervisor.listen({
    port,
    host: '127.0.0.1',
    path: '/chat',
    handler: actorHandler(chatter, {
      input: (connection: Connection) => ({ connection, room }),
      frame: (frame) => (frame.isBinary ? undefined : { type: 'line', text: frame.text() }),
    }),
  });
  return { supervisor, listener };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, listener } = await start({ port: Number(process.env['PORT'] ?? 8080) });
  console.log(`Chat on ws://127.0.0.1:${listener.address?.port}/chat. Ctrl-C stops.`);
  supervisor.events$.subscribe((event) => {
    if (event.type === 'connection.ended') console.log(`${event.report.connectionId}: ${explain(event.report)}`);
  });
  process.once('SIGINT', () => void supervisor.stop());
}
