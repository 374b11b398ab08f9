import { expect, test } from 'vitest';
import { Members } from '../../src/cluster/members.js';
import { OptionError } from '../../src/index.js';
import { accepted } from '../support/a-connection.js';

const content = { payload: Buffer.from('hi'), isBinary: false };

function withMembers() {
  const left: unknown[] = [];
  const members = new Members((connection) => left.push(connection));
  const [plain, enveloped] = [accepted(), accepted()];
  members.add(plain.connection, false);
  members.add(enveloped.connection, true);
  return { left, members, plain, enveloped };
}

test('each kind of member gets a message in its form, and one can be left out', () => {
  const { members, plain, enveloped } = withMembers();
  expect(members.deliver(content, 7, undefined)).toBe(0);
  members.deliver(content, 8, enveloped.connection);
  members.deliver(content, undefined, undefined);
  expect(plain.wire.sent).toEqual(['hi', 'hi', 'hi']);
  expect(enveloped.wire.sent).toEqual(['+7 hi', 'hi']);
});

test('positions are said to those with an envelope only', () => {
  const { members, plain, enveloped } = withMembers();
  members.state({ epoch: 'e', offset: 1, at: 2 }, false);
  expect([plain.wire.sent, enveloped.wire.sent]).toEqual([[], ['=e:1:2 incomplete']]);
});

test('a member that closes or is removed has left, once; one that is added again has another form', () => {
  const { left, members, plain, enveloped } = withMembers();
  members.add(plain.connection, true);
  expect([members.size, left]).toEqual([2, []]);
  members.deliver(content, 7, undefined);
  expect(plain.wire.sent).toEqual(['+7 hi']);
  plain.connection.close();
  expect(members.delete(enveloped.connection)).toBe(true);
  expect(members.delete(enveloped.connection)).toBe(false);
  expect([members.size, left]).toEqual([0, [plain.connection, enveloped.connection]]);
  expect(members.has(plain.connection)).toBe(false);
});

test('what does not take a message is counted, and what is no connection is refused', () => {
  const { members, plain } = withMembers();
  const slow = accepted({ limits: { maxBufferedBytes: 1, highWaterMark: 1, slowPeer: 'drop-newest' } });
  members.add(slow.connection, false);
  slow.wire.bufferedBytes = 10;
  expect(members.deliver(content, 7, undefined)).toBe(1);
  expect(plain.wire.sent).toEqual(['hi']);
  expect(() => members.add({} as never, false)).toThrow(OptionError);
});
