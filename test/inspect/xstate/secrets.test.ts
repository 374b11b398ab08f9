/** What is secret stands in no inspection event, and in no message to a viewer. */
import { inspect as printed } from 'node:util';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { assign, fromPromise, type InspectionEvent, setup } from 'xstate';
import { type Connection, createSupervisor } from '../../../src/index.js';
import { inspect, serveInspection } from '../../../src/inspect/index.js';
import { type ActorHandlerEvent, actorHandler } from '../../../src/machines/index.js';
import { eventually } from '../../support/eventually.js';

const SECRET = /s3cret/;

/** Keeps what it is sent, hands it on, and fails with it. */
const leaky = setup({
  types: {
    context: {} as { token: string; said: readonly string[]; connection: unknown },
    events: {} as ActorHandlerEvent | { type: 'note'; text: string },
    input: {} as { connection: unknown },
  },
  actors: {
    fetch: fromPromise(async ({ input }: { input: string }) => {
      throw new Error(input);
    }),
  },
  actions: { log: (_args, _params: { text: string }) => {} },
}).createMachine({
  id: 'leaky',
  context: ({ input }) => ({ token: 's3cret', said: [], connection: input.connection }),
  initial: 'on',
  states: {
    on: {
      invoke: { src: 'fetch', input: 's3cret', onError: { actions: { type: 'log', params: { text: 's3cret' } } } },
      on: {
        frame: {
          actions: [
            assign({ said: ({ context, event }) => [...context.said, event.frame.text()] }),
            { type: 'log', params: ({ event }) => ({ text: event.frame.text() }) },
          ],
        },
      },
    },
  },
});

test('planted secrets are found in no event and in no message', async () => {
  const supervisor = createSupervisor({ name: 'service' });
  const events: InspectionEvent[] = [];
  inspect(supervisor, (event) => events.push(event));
  const server = await serveInspection(supervisor, { port: 0, token: 's3cret-token-of-16' });
  const messages: string[] = [];
  const viewer = new WebSocket(`${server.url}?token=s3cret-token-of-16`);
  viewer.on('message', (data: Buffer) => messages.push(data.toString()));
  const actor = actorHandler(leaky, { input: (connection: Connection<unknown>) => ({ connection }) });
  const listener = await supervisor.listen({
    id: 'door',
    port: 0,
    path: ['/actor', '/throws'],
    protocols: ['s3cret-protocol'],
    handler: async (connection) => {
      if (connection.request.path === '/actor') return await actor(connection);
      for await (const frame of connection) throw new Error(`s3cret ${frame.text()}`);
      return undefined;
    },
  });
  const dial = (id: string, path: string) =>
    supervisor.dial({
      id,
      url: `ws://s3cretName:s3cret@127.0.0.1:${listener.address?.port}${path}?token=s3cret`,
      headers: { authorization: 'Bearer s3cret', cookie: 'id=s3cret' },
      protocols: ['s3cret-protocol'],
      retry: () => 'stop',
      handler: (connection) => connection.closed,
    });
  const [first, second] = [dial('first', '/actor'), dial('second', '/throws')];
  const refused = dial('refused', '/s3cret');
  await Promise.all([first.connected(), second.connected()]);
  first.send('s3cret');
  second.send('s3cret');
  await second.ended;
  await refused.ended;
  first.connection?.close(4001, 's3cret');
  await first.ended;
  const finals = () => messages.filter((message) => message.includes('"status":"done"')).length;
  await eventually(() => finals() >= 7, 'the ends of three dialers and of their connections');
  const texts = [
    ...messages,
    ...events.map((event) => JSON.stringify(event)),
    ...events.map((event) =>
      printed('snapshot' in event ? { ...event, snapshot: JSON.stringify(event.snapshot) } : event, {
        depth: 4,
        maxStringLength: null,
      }),
    ),
    ...events.map(({ actorRef }) =>
      JSON.stringify((actorRef as unknown as { logic: { config?: unknown } }).logic.config),
    ),
    ...events.map(({ actorRef }) => JSON.stringify(actorRef.getSnapshot())),
  ];
  expect(texts.filter((text) => SECRET.test(text))).toEqual([]);
  expect(events.some((event) => event.type === '@xstate.event' && event.event.type === 'handler.threw')).toBe(true);
  await supervisor.stop();
  await server.stop();
});
