import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { aDrain } from '../../support/a-drain.js';

async function twoListeners() {
  const scene = aDrain();
  await scene.listen('door');
  await scene.listen('gate');
  const listener = scene.supervisor.child('door');
  if (listener?.kind !== 'listener') throw new Error('there is a listener');
  return { ...scene, listener, connections: listener.connections };
}

test("are the listener's own, and no other's", async () => {
  const scene = await twoListeners();
  expect([scene.connections.size, [...scene.connections]]).toEqual([0, []]);
  const [first, second] = scene.open(2, 'door');
  const elsewhere = scene.openOne('gate');
  await scene.dialUp();
  expect([...scene.connections.values()]).toEqual([first?.connection, second?.connection]);
  expect([...scene.connections.keys()]).toEqual([first?.connection.id, second?.connection.id]);
  expect([...scene.connections]).toEqual([...scene.connections.entries()]);
  expect(scene.connections.size).toBe(2);
  expect(scene.connections.get(first?.connection.id ?? '')).toBe(first?.connection);
  expect(scene.connections.get(elsewhere.connection.id)).toBeUndefined();
  expect([scene.connections.has(second?.connection.id ?? ''), scene.connections.has('nobody')]).toEqual([true, false]);
});

test('are a live view: connections that have ended are gone, also those that end meanwhile', async () => {
  const scene = await twoListeners();
  const [first, second] = scene.open(2, 'door');
  const seen: string[] = [];
  for (const [id] of scene.connections) {
    seen.push(id);
    second?.leave();
  }
  expect(seen).toEqual([first?.connection.id]);
  expect(scene.connections.size).toBe(1);
});

test('forEach calls with connection, id, and the view', async () => {
  const scene = await twoListeners();
  const { connection } = scene.openOne('door');
  const calls: unknown[] = [];
  const owner = {};
  scene.connections.forEach(function note(this: unknown, ...args) {
    calls.push([this, ...args]);
  }, owner);
  expect(calls).toEqual([[owner, connection, connection.id, expect.anything()]]);
});

test('are printed as a Map of the connections', async () => {
  const scene = await twoListeners();
  const { connection } = scene.openOne('door');
  expect(inspect(scene.connections)).toBe(inspect(new Map([[connection.id, connection]])));
  expect(inspect([[[scene.connections]]])).toBe('[ [ [ [Map] ] ] ]');
});
