import { expect, test } from 'vitest';
import { createSupervisor } from '../../../../src/index.js';
import { supervisorAt, treeOf } from '../../../../src/inspect/dashboard/shown/tree.js';
import { createMemoryTransport } from '../../../../src/testing/memory-transport.js';

const NO_DRAINS = { of: () => undefined };

async function aTop() {
  const top = createSupervisor({ name: 'service', transport: createMemoryTransport(), liveness: false });
  const chat = await top.supervise({ id: 'chat/rooms' });
  await chat.listen({ id: 'door', port: 0, handler: (connection) => connection.closed });
  top.dial({ id: 'feed', url: 'ws://memory:1/' });
  return { top, chat };
}

test('lists supervisors from the top down, each with its children', async () => {
  const { top } = await aTop();
  await using _ = top;
  const { supervisors, supervisorsOmitted } = treeOf(top, NO_DRAINS);
  expect(supervisorsOmitted).toBe(0);
  expect(supervisors).toMatchObject([
    {
      key: 'service',
      intensity: { used: 0, restarts: 3, withinMs: 5000 },
      children: [
        { id: 'chat/rooms', kind: 'supervisor' },
        { id: 'feed', kind: 'dialer' },
      ],
    },
    {
      key: 'service/chat%2Frooms',
      parent: 'service',
      name: 'service/chat/rooms',
      children: [{ id: 'door', kind: 'listener', ownState: 'listening', connections: 0 }],
    },
  ]);
  expect(supervisors[0]?.children.find(({ id }) => id === 'feed')?.ownState).toMatch(/dialing|waiting/);
});

test('finds a supervisor by its key, and nothing by another text', async () => {
  const { top, chat } = await aTop();
  await using _ = top;
  expect(supervisorAt(top, 'service')).toBe(top);
  expect(supervisorAt(top, 'service/chat%2Frooms')).toBe(chat);
  const others = ['', 'other', 'service/feed', 'service/none', 'service/%', 'service//', '__proto__'];
  expect(others.map((key) => supervisorAt(top, key))).toEqual(others.map(() => undefined));
});

test('of many children those that do not run come first, and the rest are counted', async () => {
  const children = Array.from({ length: 150 }, (_, index) => ({
    id: `d${index}`,
    kind: 'worker',
    state: index === 140 ? 'stopped' : 'running',
    restart: 'permanent',
    restarts: index === 120 ? 2 : 0,
  }));
  const { top } = await aTop();
  await using _ = top;
  const many = new Proxy(top, {
    get: (target, key) => {
      if (key === 'whichChildren') return () => children;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const [node] = treeOf(many, NO_DRAINS).supervisors;
  expect(node?.children.slice(0, 3).map(({ id }) => id)).toEqual(['d140', 'd120', 'd0']);
  expect([node?.children.length, node?.childrenOmitted]).toEqual([100, 50]);
});
