import { expect, test, vi } from 'vitest';
import type { Connection } from 'wirekeeper';
import { Outgoing } from '../../../src/adapters/ws/outgoing.js';

/** What is handed to a connection. */
function connection() {
  const sent: unknown[] = [];
  const send = (data: unknown) => sent.push(data);
  const sendAndWait = async (data: unknown) => {
    sent.push(data);
    if (data === 'lost') throw new Error('not sent');
  };
  return { sent, connection: { send, sendAndWait } as unknown as Connection<unknown> };
}

const text = (data: string) => ({ data: Buffer.from(data), isBinary: false });

test('a message goes out as what it is, or as its options say', () => {
  const { sent, connection: to } = connection();
  const outgoing = new Outgoing(to, () => {});
  outgoing.send('text', {}, undefined);
  outgoing.send(Buffer.from('bytes'), {}, undefined);
  outgoing.send('bytes', { binary: true }, undefined);
  outgoing.send(Buffer.from('text'), { binary: false }, undefined);
  expect(sent).toEqual(['text', Buffer.from('bytes'), Buffer.from('bytes'), text('text')]);
});

test('what is sent after a Blob waits for it, and counts meanwhile', async () => {
  const { sent, connection: to } = connection();
  const outgoing = new Outgoing(to, () => {});
  outgoing.send(new Blob(['one']), {}, undefined);
  outgoing.send('two', {}, undefined);
  outgoing.send(new Blob(['three']), {}, undefined);
  outgoing.inTurn(() => sent.push('then'));
  expect([sent, outgoing.waitingBytes]).toEqual([[], 11]);
  await vi.waitFor(() => expect(sent).toHaveLength(4));
  expect(sent).toEqual([Buffer.from('one'), 'two', Buffer.from('three'), 'then']);
  expect(outgoing.waitingBytes).toBe(0);
});

test('a Blob that cannot be read is an error of its callback, and the rest is sent', async () => {
  const { sent, connection: to } = connection();
  const outgoing = new Outgoing(to, () => {});
  const unreadable = Object.assign(new Blob(['x']), { arrayBuffer: () => Promise.reject(new Error('unreadable')) });
  const error = await new Promise((resolve) => {
    outgoing.send(unreadable, {}, resolve);
    outgoing.send('rest', {}, undefined);
  });
  expect(error).toEqual(new Error('unreadable'));
  expect(sent).toEqual(['rest']);
});

test('a message in parts is sent as one, as what its first part is', () => {
  const { sent, connection: to } = connection();
  const outgoing = new Outgoing(to, () => {});
  outgoing.send('one ', { fin: false }, undefined);
  outgoing.send(Buffer.from('two'), {}, undefined);
  outgoing.send('three', {}, undefined);
  expect(sent).toEqual([text('one two'), 'three']);
});

test('a callback gets the error of a message that was not sent', async () => {
  const { connection: to } = connection();
  const outgoing = new Outgoing(to, () => {});
  expect(await new Promise((resolve) => outgoing.send('sent', {}, resolve))).toBeUndefined();
  expect(await new Promise((resolve) => outgoing.send('lost', {}, resolve))).toEqual(new Error('not sent'));
});

test('what a callback throws goes to its owner', async () => {
  const { connection: to } = connection();
  const thrown = await new Promise((resolve) => {
    new Outgoing(to, resolve).send('x', {}, () => {
      throw new Error('bug');
    });
  });
  expect(thrown).toEqual(new Error('bug'));
});
