import { expect, test } from 'vitest';
import { assign, type InspectionEvent, sendTo, setup } from 'xstate';
import type { Connection } from '../../../src/index.js';
import { inspect } from '../../../src/inspect/index.js';
import {
  type ActorHandlerEvent,
  actorHandler,
  type ConnectionEndedEvent,
  type FrameEvent,
} from '../../../src/machines/index.js';
import { actorOf, aService, disorder, inspected, lineOf } from './service.js';

const counter = setup({ types: { events: {} as { type: 'count' } } }).createMachine({
  id: 'counter',
  initial: 'counting',
  states: { counting: { on: { count: {} } } },
});

/** A chat that keeps what was said, and has an invoked and spawned children. */
const chat = setup({
  types: {
    context: {} as { said: readonly string[]; token: string },
    events: {} as FrameEvent | ConnectionEndedEvent | { type: 'drop' },
    input: {} as { connection: Connection<unknown> },
  },
  actors: { counter },
  actions: {
    fail: () => {
      throw new Error('s3cret');
    },
  },
}).createMachine({
  id: 'chat',
  context: { said: [], token: 's3cret' },
  invoke: { id: 'counter', src: 'counter' },
  initial: 'talking',
  states: {
    talking: {
      on: {
        frame: [
          { guard: ({ event }) => event.frame.text() === 'fail', actions: 'fail' },
          {
            guard: ({ event }) => event.frame.text() === 'bye',
            target: 'gone',
          },
          {
            actions: [
              assign({ said: ({ context, event }) => [...context.said, event.frame.text()] }),
              sendTo('counter', { type: 'count' }),
            ],
          },
        ],
      },
    },
    gone: { type: 'final' },
  },
});

const handler = actorHandler(chat, { input: (connection: Connection<unknown>) => ({ connection }) });

async function aChat() {
  const service = await aService(handler);
  const dialer = await service.dial('feed');
  return {
    ...service,
    say: async (text: string) => {
      dialer.send(text);
      await service.clock.advanceAsync(10);
    },
  };
}

const ownOf = (events: readonly InspectionEvent[]) => events.filter((event) => actorOf(event).kind === 'actor');
const linesOf = (events: readonly InspectionEvent[]) =>
  ownOf(events).map((event) => `${actorOf(event).src} ${lineOf(event)}`);

test("shows a user's actor below its connection, with the actors that it invokes, from the beginning to the end", async () => {
  const service = await aService(handler);
  const { events } = inspected(service.supervisor);
  const dialer = await service.dial('feed');
  dialer.send('s3cret');
  await service.clock.advanceAsync(10);
  expect(linesOf(events).filter((line) => !/xstate\.(?:assign|sendTo|spawnChild)/.test(line))).toEqual([
    'chat below connection',
    'chat active "talking"',
    'counter below actor',
    'counter active "counting"',
    'chat <- xstate.init of connection',
    'counter <- xstate.init of actor',
    'counter active "counting"',
    'chat active "talking"',
    'chat <- frame of connection',
    'chat @xstate.microstep',
    'counter <- count of actor',
    'counter @xstate.microstep',
    'counter active "counting"',
    'chat active "talking"',
  ]);
  const before = events.length;
  dialer.send('bye');
  await service.clock.advanceAsync(100);
  const lines = linesOf(events.slice(before));
  expect(lines).toContain('chat done "gone"');
  expect(lines).toContain('counter stopped "counting"');
  await service.end();
  expect(disorder(events)).toEqual([]);
  expect(JSON.stringify(events)).not.toContain('s3cret');
});

test('an inspection that comes later gets the actors that are there', async () => {
  const { supervisor, say, end } = await aChat();
  await say('s3cret');
  const { events } = inspected(supervisor);
  expect(linesOf(events)).toEqual([
    'chat below connection',
    'chat active "talking"',
    'counter below actor',
    'counter active "counting"',
  ]);
  const [first] = ownOf(events);
  expect(first && actorOf(first).getSnapshot()).toMatchObject({
    value: 'talking',
    context: { said: '[list of 1]', token: '[string]' },
  });
  await end();
  expect(disorder(events)).toEqual([]);
});

test('the contents of contexts and events are shown when the user asks for them', async () => {
  const { supervisor, say, end } = await aChat();
  const { events } = inspected(supervisor, {
    sanitizeContext: (context) => context,
    sanitizeEvent: (event) => (event.type === 'frame' ? { type: 'frame', text: event['frame'].text() } : event),
  });
  await say('hello');
  const last = ownOf(events)
    .filter(({ type, actorRef }) => type === '@xstate.snapshot' && 'src' in actorRef && actorRef.src === 'chat')
    .at(-1);
  expect(last).toMatchObject({
    event: { type: 'frame', text: 'hello' },
    snapshot: { context: { said: ['hello'], token: 's3cret' } },
  });
  await end();
});

test('an actor that fails shows its error as its final snapshot, without the message, and so do its children theirs', async () => {
  const { supervisor, say, end } = await aChat();
  const { events } = inspected(supervisor);
  await say('fail');
  const finals = ownOf(events).filter(
    (event) => event.type === '@xstate.snapshot' && event.snapshot.status !== 'active',
  );
  expect(finals.map(lineOf)).toEqual(expect.arrayContaining(['error "talking"', 'stopped "counting"']));
  expect(finals.find((event) => lineOf(event).startsWith('error'))).toMatchObject({
    snapshot: { error: { name: 'Error' } },
  });
  await end();
  expect(disorder(events)).toEqual([]);
  expect(JSON.stringify(events)).not.toContain('s3cret');
});

test("an observer that throws does not disturb the user's actor", async () => {
  const { supervisor, say, listener, end } = await aChat();
  let calls = 0;
  inspect(supervisor, (event) => {
    if (actorOf(event).kind !== 'actor') return;
    calls += 1;
    if (event.type === '@xstate.event') throw new Error('bad observer');
  });
  await say('hello');
  await say('hello');
  expect(listener.connectionCount).toBe(1);
  expect(calls).toBe(5);
  await end();
});

test('an actor that sends itself 10,000 events in one go is shown in order', async () => {
  const busy = setup({
    types: { context: {} as { count: number }, events: {} as ActorHandlerEvent | { type: 'again' } },
  }).createMachine({
    id: 'busy',
    context: { count: 0 },
    on: {
      frame: { actions: sendTo(({ self }) => self, { type: 'again' }) },
      again: [
        {
          guard: ({ context }) => context.count < 10_000,
          actions: [
            assign({ count: ({ context }) => context.count + 1 }),
            sendTo(({ self }) => self, { type: 'again' }),
          ],
        },
      ],
    },
  });
  const service = await aService(actorHandler(busy, { input: () => undefined }));
  const { events } = inspected(service.supervisor);
  const dialer = await service.dial('feed');
  dialer.send('go');
  await service.clock.advanceAsync(10);
  expect(ownOf(events).filter((event) => event.type === '@xstate.event').length).toBe(10_003);
  expect(disorder(events)).toEqual([]);
  await service.end();
});

test('attaching and detaching many times leaves nothing at the actors', async () => {
  const { supervisor, say, end } = await aChat();
  const observersOf = () => {
    const { events, inspection } = inspected(supervisor);
    inspection.unsubscribe();
    return ownOf(events).length;
  };
  for (let i = 0; i < 100; i += 1) expect(observersOf()).toBe(4);
  const { events } = inspected(supervisor);
  const before = events.length;
  await say('hello');
  const frames = events.slice(before).filter((event) => event.type === '@xstate.event' && event.event.type === 'frame');
  expect(frames.length).toBe(1);
  await end();
});
