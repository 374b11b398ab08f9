import { expect, test } from 'vitest';
import { deliver, onClosing } from '../../../src/adapters/websocket/deliver.js';
import { accepted } from '../../support/a-connection.js';
import { settled } from '../../support/settled.js';

test('delivers the messages that came at once one by one, with what promises do in between', async () => {
  const { wire, connection } = accepted();
  const order: string[] = [];
  const { done } = deliver(connection, {
    received: (frame) => {
      order.push(frame.text());
      void Promise.resolve()
        .then(() => {})
        .then(() => order.push(`after ${frame.text()}`));
    },
  });
  for (const text of ['1', '2', '3']) wire.deliver(text);
  connection.terminate();
  wire.emitClosed();
  await done;
  expect(order).toEqual(['1', 'after 1', '2', 'after 2', '3', 'after 3']);
});

test('delivers nothing when the messages go to another consumer, and that fails the connection', async () => {
  const { wire, connection } = accepted();
  void connection.receive();
  const { done } = deliver(connection, { received: () => expect.unreachable() });
  await done;
  expect(wire.asked).toContain('close 1011');
});

test('calls back when no message waits', async () => {
  const { wire, connection } = accepted();
  const order: string[] = [];
  const { whenIdle } = deliver(connection, { received: (frame) => order.push(frame.text()) });
  wire.deliver('1');
  wire.deliver('2');
  whenIdle(() => order.push('idle'));
  expect(order).toEqual([]);
  await settled();
  expect(order).toEqual(['1', '2', 'idle']);
  whenIdle(() => order.push('at once'));
  expect(order.at(-1)).toBe('at once');
  connection.terminate();
});

test('reports that a closing handshake has begun, and not that the connection was lost', () => {
  const closing = accepted();
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  onClosing(closing.connection, count);
  closing.connection.close();
  expect(calls).toBe(1);
  const lost = accepted();
  onClosing(lost.connection, count);
  lost.connection.terminate();
  expect(calls).toBe(1);
  onClosing(closing.connection, count);
  expect(calls).toBe(2);
});
