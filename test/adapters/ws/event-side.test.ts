import { expect, test } from 'vitest';
import { EventSide } from '../../../src/adapters/ws/event-side.js';

class Side extends EventSide {
  readonly readyState = 1;
  readonly wasClean = true;
}

test('attributes are replaced, and removed by null, in their place among other listeners', () => {
  const side = new Side();
  const log: string[] = [];
  side.onmessage = () => log.push('replaced');
  side.addEventListener('message', ({ data }) => log.push(`listener ${data as string}`));
  side.onmessage = ({ data }) => log.push(`attribute ${data as string}`);
  side.emit('message', Buffer.from('text'), false);
  expect(log).toEqual(['listener text', 'attribute text']);
  side.onmessage = null;
  expect([side.onmessage, side.listenerCount('message')]).toEqual([null, 1]);
});

test('each type has its attribute', () => {
  const side = new Side();
  const log: unknown[] = [];
  side.onopen = ({ type, target }) => log.push([type, target === side]);
  side.onclose = ({ code, reason, wasClean }) => log.push([code, reason, wasClean]);
  side.onerror = ({ message }) => log.push(message);
  side.emit('open');
  side.emit('error', new Error('why'));
  side.emit('close', 4000, Buffer.from('done'));
  expect(log).toEqual([['open', true], 'why', [4000, 'done', true]]);
  expect([side.onopen, side.onclose, side.onerror].map((each) => typeof each)).toEqual(Array(3).fill('function'));
});

test('binaryType passes over what it does not know', () => {
  const side = new Side();
  side.binaryType = 'blob';
  side.binaryType = 'nonsense' as 'blob';
  expect(side.binaryType).toBe('blob');
});
