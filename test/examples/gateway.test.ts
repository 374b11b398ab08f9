import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSupervisor, type Handler, type Listener, type Supervisor } from 'wirekeeper';
import { start } from '../../examples/gateway.js';
import { UndiciClient } from '../support/undici-client.js';

let upstream: Supervisor;
let upstreamListener: Listener;
let gateway: Awaited<ReturnType<typeof start>>;
let serve: Handler;

beforeEach(async () => {
  serve = async (connection) => {
    for await (const frame of connection) connection.send(`upstream heard ${frame.text()}`);
  };
  upstream = createSupervisor({ name: 'upstream' });
  upstreamListener = await upstream.listen({ port: 0, host: '127.0.0.1', handler: (connection) => serve(connection) });
  gateway = await start({ upstream: `ws://127.0.0.1:${upstreamListener.address?.port}/`, port: 0 });
});

afterEach(async () => {
  await gateway.supervisor.stop();
  await upstream.stop();
});

const connect = () => UndiciClient.connect(`ws://127.0.0.1:${gateway.listener.address?.port}/`);

test('passes frames on, both ways', async () => {
  await using client = await connect();
  client.socket.send('hello');
  expect(await client.next()).toBe('upstream heard hello');
});

test('passes on with which code the upstream has closed', async () => {
  serve = async (connection) => {
    await connection.receive();
    return { code: 4321, reason: 'enough' };
  };
  await using client = await connect();
  client.socket.send('hello');
  expect(await client.closed).toMatchObject({ code: 4321, reason: 'enough' });
});

test('passes on with which code the client has closed', async () => {
  const client = await connect();
  client.socket.send('hello');
  await client.next();
  const [served] = [...upstream.connections.values()];
  client.socket.close(4000, 'bye');
  expect(await served?.closed).toMatchObject({ trigger: 'peer-closed', code: 4000, reason: 'bye' });
});

test('closes a client with 1014 when the upstream cannot be reached, and keeps no dialer', async () => {
  await upstreamListener.stop();
  await using client = await connect();
  expect(await client.closed).toMatchObject({ code: 1014 });
  await gateway.supervisor.stop();
  expect(gateway.supervisor.countChildren()).toMatchObject({ active: 0 });
});

test('closes a client with 1014 when the upstream is lost', async () => {
  await using client = await connect();
  client.socket.send('hello');
  await client.next();
  for (const connection of upstream.connections.values()) connection.terminate();
  expect(await client.closed).toMatchObject({ code: 1014 });
});
