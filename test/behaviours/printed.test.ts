/** What `console.log` and `JSON.stringify` show of what users hold. */
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type Connection, createSupervisor } from '../../src/index.js';
import { createHeapClock, createMemoryTransport } from '../../src/testing/index.js';

async function scene() {
  const clock = createHeapClock();
  const supervisor = createSupervisor({ name: 'feeds', clock, transport: createMemoryTransport(clock) });
  const handler = (connection: Connection) => connection.closed;
  const listener = await supervisor.listen({ id: 'rooms', port: 0, handler });
  const url = `ws://memory:${listener.address?.port}/?token=s3cret`;
  const dialer = supervisor.dial({ id: 'prices', url, handler });
  const connection = await dialer.connected();
  return { supervisor, listener, dialer, connection };
}

test('a connection, a dialer, a listener, and a supervisor print the result of toJSON, and no secret', async () => {
  const { supervisor, ...handles } = await scene();
  for (const [name, handle] of Object.entries({ supervisor, ...handles })) {
    const facts = inspect(handle.toJSON(), { depth: 10 });
    const printed = inspect(handle, { depth: 10 });
    expect(printed.toLowerCase()).toBe(`${name} ${facts}`.toLowerCase());
    expect(printed.split('\n').length).toBeLessThan(40);
    expect(printed + JSON.stringify(handle)).not.toContain('s3cret');
  }
  await supervisor.stop();
});

test('a dialer prints its status, with the connection that is up', async () => {
  const { supervisor, dialer, connection } = await scene();
  expect(dialer.toJSON()).toEqual({ kind: 'dialer', id: 'prices', state: 'up', connection: connection.toJSON() });
  await supervisor.stop();
  expect(dialer.toJSON()).toEqual({ kind: 'dialer', id: 'prices', state: 'stopped', connection: undefined });
});

test('a listener prints its address, and the number of its connections', async () => {
  const { supervisor, listener } = await scene();
  const { address } = listener;
  expect(listener.toJSON()).toEqual({ kind: 'listener', id: 'rooms', state: 'listening', address, connectionCount: 1 });
  await supervisor.stop();
});

test('a supervisor prints its children, and the number of its connections', async () => {
  const { supervisor } = await scene();
  expect(supervisor.toJSON()).toEqual({
    kind: 'supervisor',
    id: supervisor.id,
    name: 'feeds',
    state: 'running',
    connections: 2,
    children: supervisor.whichChildren(),
  });
  await supervisor.stop();
});
