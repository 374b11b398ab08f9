/** Actors as handlers of real connections: in memory on a clock that stands still, and over real sockets. */
import { afterEach, describe, expect, test } from 'vitest';
import { assign, createMachine, setup } from 'xstate';
import { type ActorHandlerEvent, actorHandler } from '../../../src/machines/actor/actor-handler.js';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { SupervisorEvent } from '../../../src/supervisor/api/events.js';
import type { Listener } from '../../../src/supervisor/api/listener.js';
import type { Supervisor } from '../../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../../src/supervisor/create-supervisor.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { createMemoryTransport } from '../../../src/testing/memory-transport.js';
import { ScriptedPeer } from '../../../src/testing/scripted-peer.js';
import { BUG, CRASHING } from '../../support/crashing-logic.js';
import { endingsOf } from '../../support/endings.js';
import { settled } from '../../support/settled.js';
import { UndiciClient, urlOf } from '../../support/undici-client.js';

/** Echoes each message with its number; says farewell after `bye`, and after five minutes. */
const counting = setup({
  types: {
    context: {} as { connection: Connection; count: number },
    input: {} as { connection: Connection },
    events: {} as ActorHandlerEvent,
  },
  actions: {
    answer: ({ context, event }) => {
      if (event.type === 'frame') context.connection.send(`${context.count}: ${event.frame.data.toString()}`);
    },
    count: assign({ count: ({ context }) => context.count + 1 }),
  },
  guards: { isFarewell: ({ event }) => event.type === 'frame' && event.frame.data.toString() === 'bye' },
}).createMachine({
  context: ({ input }) => ({ ...input, count: 0 }),
  initial: 'answering',
  states: {
    answering: {
      on: { frame: [{ guard: 'isFarewell', target: 'gone' }, { actions: ['count', 'answer'] }] },
      after: { 300000: 'gone' },
    },
    gone: { type: 'final' },
  },
  output: ({ context }) => ({ code: 4000, reason: `${context.count} messages` }),
});

const countingHandler = () => actorHandler(counting, { input: (connection: Connection) => ({ connection }) });

let supervisor: Supervisor;

afterEach(() => supervisor.stop());

/** A supervisor whose time and network are the test's. */
function inMemory() {
  const clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  const events: SupervisorEvent[] = [];
  supervisor = createSupervisor({ clock, transport, liveness: false });
  supervisor.events$.subscribe((event) => events.push(event));
  const dial = async ({ address }: Listener, path = '/') => {
    const peer = ScriptedPeer.dial(transport, `ws://memory:${address?.port}${path}`);
    await peer.fact('wire.opened');
    return peer;
  };
  return { clock, events, dial };
}

describe('in memory', () => {
  test('an actor answers, and its output closes the connection', async () => {
    const { dial } = inMemory();
    const peer = await dial(await supervisor.listen({ port: 0, handler: countingHandler() }));
    for (const text of ['one', 'two', 'bye']) peer.wire.send(text, false);
    expect((await peer.ended()).received).toEqual({ code: 4000, reason: '2 messages' });
    expect(peer.texts).toEqual(['1: one', '2: two']);
    expect(await endingsOf(supervisor)).toMatchObject([{ trigger: 'handler-returned', code: 4000, wasClean: true }]);
  });

  test("an actor's delays run on its supervisor's clock, and are gone with the connection", async () => {
    const { clock, dial } = inMemory();
    const listener = await supervisor.listen({ port: 0, handler: countingHandler() });
    const patient = await dial(listener);
    const hasty = await dial(listener);
    hasty.wire.close(1000, '');
    await hasty.ended();
    await clock.advanceAsync(299_999);
    expect(supervisor.stats().connections.open).toBe(1);
    await clock.advanceAsync(1);
    expect((await patient.ended()).received).toEqual({ code: 4000, reason: '0 messages' });
    expect(await endingsOf(supervisor, 2)).toMatchObject([{ trigger: 'peer-closed' }, { trigger: 'handler-returned' }]);
    await supervisor.stop();
    expect(clock.pending).toBe(0);
  });

  test('frames that came before the peer was lost are handled before the end is announced', async () => {
    const { dial } = inMemory();
    const seen: string[] = [];
    const logic = createMachine({ on: { '*': { actions: ({ event }) => void seen.push(event.type) } } });
    const peer = await dial(
      await supervisor.listen({ port: 0, handler: actorHandler(logic, { input: () => undefined }) }),
    );
    peer.wire.send('last words', false);
    peer.wire.close(1000, '');
    await peer.ended();
    await endingsOf(supervisor);
    await settled();
    expect(seen).toEqual(['frame', 'connection.ended']);
  });

  test('what an actor throws at the end is published by the supervisor, since the report is out', async () => {
    const { events, dial } = inMemory();
    const logic = createMachine({
      on: {
        'connection.ended': {
          actions: () => {
            throw new Error(BUG);
          },
        },
      },
    });
    const peer = await dial(
      await supervisor.listen({ port: 0, handler: actorHandler(logic, { input: () => undefined }) }),
    );
    peer.wire.close(1000, '');
    await peer.ended();
    await endingsOf(supervisor);
    await settled();
    expect(supervisor.endings).toMatchObject([{ trigger: 'peer-closed' }]);
    expect(events.filter(({ type }) => type === 'handler.finished')).toMatchObject([{ error: { message: BUG } }]);
  });

  test('a dialer has an actor for each of its connections', async () => {
    const { clock } = inMemory();
    const greetings: string[] = [];
    const greeter = await supervisor.listen({
      port: 0,
      handler: async (connection) => {
        const frame = await connection.receive();
        greetings.push(String(frame?.data));
        connection.terminate();
      },
    });
    const greeting = setup({
      types: { input: {} as Connection, context: {} as { connection: Connection } },
    }).createMachine({
      context: ({ input: connection }) => ({ connection }),
      entry: ({ context: { connection } }) => void connection.send(`from ${connection.epoch}`),
    });
    supervisor.dial({
      url: `ws://memory:${greeter.address?.port}/`,
      handler: actorHandler(greeting, { input: (connection: Connection) => connection }),
    });
    await clock.advanceAsync(60_000);
    expect(greetings.slice(0, 2)).toEqual(['from 1', 'from 2']);
  });
});

describe('over real sockets', () => {
  const crashing = Object.entries(CRASHING).filter(([, { when }]) => when !== 'when stopped');

  test.each(crashing)(
    'a crash in %s is one report with its cause, and touches nobody else',
    async (_place, { logic, when }) => {
      supervisor = createSupervisor();
      const crash = await supervisor.listen({
        port: 0,
        host: '127.0.0.1',
        handler: actorHandler(logic, { input: () => undefined, frame: () => ({ type: 'crash' }) }),
      });
      const count = await supervisor.listen({ port: 0, host: '127.0.0.1', handler: countingHandler() });
      const neighbour = await UndiciClient.connect(urlOf(count));
      neighbour.socket.send('before');
      const victim = await UndiciClient.connect(urlOf(crash));
      if (when === 'on event') victim.socket.send('crash');
      expect(await victim.closed).toMatchObject({ code: 1011, reason: '' });
      expect(await endingsOf(supervisor)).toEqual([
        expect.objectContaining({
          trigger: 'handler-threw',
          code: 1011,
          cause: expect.objectContaining({ message: expect.stringContaining(BUG) }),
        }),
      ]);
      neighbour.socket.send('after');
      expect([await neighbour.next(), await neighbour.next()]).toEqual(['1: before', '2: after']);
      neighbour.socket.send('bye');
      expect(await neighbour.closed).toMatchObject({ code: 4000, reason: '2 messages' });
      await endingsOf(supervisor, 2);
      expect(supervisor.endings).toHaveLength(2);
    },
  );
});
