import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { makeServer } from 'graphql-ws';
import { createClient } from 'graphql-ws/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from 'wirekeeper';
import { asWebSocket } from 'wirekeeper/websocket';
import { eventually } from '../support/eventually.js';
import { W3cPlace } from './w3c-place.js';

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { hello: { type: GraphQLString, resolve: () => 'world' } },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      ticks: {
        type: GraphQLInt,
        async *subscribe() {
          yield { ticks: 1 };
          await new Promise(() => {});
        },
      },
    },
  }),
});

const server = makeServer({ schema });

/** graphql-ws on an accepted connection, by the W3C interface alone. */
function serve(connection: Connection) {
  const socket = asWebSocket(connection);
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: async (data) => socket.send(data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (onMessage) => {
        socket.onmessage = ({ data }) => onMessage(data as string);
      },
    },
    {},
  );
  socket.onclose = ({ code, reason }) => void closed(code, reason);
  return connection.closed;
}

let place: W3cPlace;
beforeEach(async () => {
  place = await W3cPlace.build(serve, ['graphql-transport-ws']);
});
afterEach(() => place[Symbol.asyncDispose]());

const aClient = () =>
  createClient({
    url: place.url,
    webSocketImpl: place.classWith(),
    lazy: true,
    retryAttempts: 5,
    retryWait: async () => {},
    shouldRetry: () => true,
    onNonLazyError: () => {},
  });

test('its client asks, and closes with 1000', async () => {
  const client = aClient();
  const answers: unknown[] = [];
  for await (const answer of client.iterate({ query: '{ hello }' })) answers.push(answer);
  expect(answers).toEqual([{ data: { hello: 'world' } }]);
  await client.dispose();
  await eventually(() => place.endings.length === 1);
  expect(place.endings).toEqual(['close-called 1000']);
});

test('its client subscribes again after a cut and after a deploy', async () => {
  const client = aClient();
  const ticks: unknown[] = [];
  const unsubscribe = client.subscribe(
    { query: 'subscription { ticks }' },
    { next: (value) => ticks.push(value), error: () => {}, complete: () => {} },
  );
  await eventually(() => ticks.length === 1);
  place.cut();
  await eventually(() => ticks.length === 2);
  await place.restart();
  await eventually(() => ticks.length === 3);
  unsubscribe();
  await client.dispose();
  await eventually(() => place.endings.length === 3);
  expect(place.endings).toEqual(['socket-ended 1006', 'peer-closed 1012', 'close-called 1000']);
});

test('a client that breaks its protocol is closed with 4400, which its server chose', async () => {
  const socket = new (place.classWith())(place.url, 'graphql-transport-ws');
  socket.onopen = () => socket.send('no JSON');
  const code = await new Promise((resolve) => {
    socket.onclose = (event) => resolve(event.code);
  });
  expect(code).toBe(4400);
  expect(socket.report).toMatchObject({ trigger: 'peer-closed', code: 4400 });
});
