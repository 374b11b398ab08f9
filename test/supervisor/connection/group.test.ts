import { expect, test } from 'vitest';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { broadcast, Group } from '../../../src/supervisor/connection/group.js';
import { OptionError } from '../../../src/transport/errors.js';
import { prepare } from '../../../src/transport/protocol/prepared.js';
import { aParent } from '../../support/a-parent.js';
import { FakeWire } from '../../support/fake-wire.js';

const parent = aParent({ limits: { maxBufferedBytes: 100, highWaterMark: 10, slowPeer: 'drop-newest' } });

function aMember() {
  const wire = new FakeWire();
  const connection = new ConnectionActor({ id: 'c1', parent, role: 'accepted', wire });
  connection.start();
  return { wire, connection };
}

test('members leave by themselves when they begin to close', () => {
  const group = new Group();
  const members = [aMember(), aMember(), aMember()];
  for (const { connection } of members) expect(group.add(connection)).toBe(true);
  members[0]?.connection.close();
  members[1]?.wire.emitClosing();
  expect([...group]).toEqual([members[2]?.connection]);
  members[2]?.wire.emitClosed({ kind: 'socket-error' });
  expect(group.size).toBe(0);
});

test('a connection that is not open is not added', () => {
  const group = new Group();
  const { connection } = aMember();
  connection.close();
  expect(group.add(connection)).toBe(false);
  expect(group.size).toBe(0);
});

// They were skipped silently, and missed every broadcast.
test.each<[string, unknown]>([
  [
    'a connection of another copy of the package',
    { id: 'c1', state: 'open', send: () => 'taken', enter: () => true, forget: () => {} },
  ],
  ['nothing', undefined],
  ['null', null],
  ['an id', 'c1'],
  ['a proxy that lets nobody see what it is', Proxy.revocable({}, {}).proxy],
])('%s is no member: OptionError', (_what, value) => {
  const group = new Group();
  expect(() => group.add(value as never)).toThrow(OptionError);
  expect([group.size, group.delete(value as never)]).toEqual([0, false]);
});

test('a member can be removed, and stays so', () => {
  const group = new Group();
  const { connection } = aMember();
  group.add(connection);
  expect(group.has(connection)).toBe(true);
  expect(group.delete(connection)).toBe(true);
  expect(group.delete(connection)).toBe(false);
  expect(group.has(connection)).toBe(false);
});

test('a broadcast reports its result per receiver', () => {
  const group = new Group();
  const [fast, slow, sender] = [aMember(), aMember(), aMember()];
  for (const { connection } of [fast, slow, sender]) group.add(connection);
  slow.wire.bufferedBytes = 100;
  const closing = aMember();
  closing.connection.close();
  const receivers = [...group, closing.connection];
  expect(broadcast(receivers, 'news', { except: sender.connection })).toEqual({ taken: 1, dropped: 1, closed: 1 });
  expect([fast.wire.sent, slow.wire.sent, sender.wire.sent]).toEqual([['news'], [], []]);
});

test('a broadcast sends a prepared frame as it is', () => {
  const { wire, connection } = aMember();
  broadcast([connection], prepare(Uint8Array.of(7)));
  expect(wire.sent).toEqual(['<07>']);
});

test('a broadcast of a value that cannot be sent reaches nobody', () => {
  const { wire, connection } = aMember();
  expect(() => broadcast([connection], 42 as unknown as string)).toThrow(OptionError);
  expect(wire.sent).toEqual([]);
});
