import { expect, test } from 'vitest';
import { enterGroup, leaveGroup } from '../../../src/supervisor/connection/joined-groups.js';
import { accepted } from '../../support/a-connection.js';

function aGroup() {
  const gone: string[] = [];
  return { gone, leave: ({ id }: { readonly id: string }) => gone.push(id) };
}

test('a connection that begins to close leaves each of its groups once', () => {
  const { wire, connection } = accepted();
  const groups = [aGroup(), aGroup()];
  expect(groups.map((group) => enterGroup(connection, group))).toEqual([true, true]);
  connection.close();
  wire.emitClosed();
  expect(groups.map(({ gone }) => gone)).toEqual([['c1'], ['c1']]);
});

test('one that is not open enters no group', () => {
  const { connection } = accepted();
  connection.close();
  expect(enterGroup(connection, aGroup())).toBe(false);
});

test('a group that a connection has left is not informed of its end', () => {
  const { connection } = accepted();
  const group = aGroup();
  enterGroup(connection, group);
  leaveGroup(connection, group);
  connection.close();
  expect(group.gone).toEqual([]);
});
