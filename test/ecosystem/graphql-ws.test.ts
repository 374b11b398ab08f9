import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { createClient, makeServer } from 'graphql-ws';
import { afterEach, expect, test } from 'vitest';
import { createSupervisor, type Handler, type Supervisor } from 'wirekeeper';
import { WebSocket } from 'ws';

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { hello: { type: GraphQLString, resolve: () => 'world' } },
  }),
});

let supervisor: Supervisor;
afterEach(() => supervisor.stop());

test('makeServer of graphql-ws runs on a connection as its handler', async () => {
  const server = makeServer({ schema });
  const handler: Handler = async (connection) => {
    const ended = server.opened(
      {
        protocol: connection.protocol,
        send: (text) => connection.sendAndWait(text),
        close: (code, reason) => connection.close(code, reason),
        onMessage: (receive) => connection.frames$.subscribe((frame) => void receive(frame.text())),
      },
      {},
    );
    const report = await connection.closed;
    await ended(report.code, report.reason);
  };
  supervisor = createSupervisor();
  const { address } = await supervisor.listen({ port: 0, protocols: ['graphql-transport-ws'], handler });

  const client = createClient({ url: `ws://127.0.0.1:${address?.port}`, webSocketImpl: WebSocket, retryAttempts: 0 });
  const results = client.iterate({ query: '{ hello }' });
  expect((await results.next()).value).toEqual({ data: { hello: 'world' } });
  await client.dispose();
  await expect
    .poll(() => supervisor.endings.map(({ trigger, code }) => [trigger, code]))
    .toEqual([['peer-closed', 1000]]);
});
