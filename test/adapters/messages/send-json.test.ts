import { expect, test } from 'vitest';
import { type JsonSendable, sendJson } from '../../../src/adapters/messages/send-json.js';
import { OptionError } from '../../../src/transport/errors.js';
import { aScene } from './scene.js';

test('sends a value as JSON in text, and returns what became of it', () => {
  const { connection, wire } = aScene();
  expect(sendJson(connection, { x: 1, y: [null, 'a'] })).toBe('taken');
  expect(wire.sent).toEqual(['{"x":1,"y":[null,"a"]}']);
  connection.terminate();
  expect(sendJson(connection, 1)).toBe('closed');
});

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

test.each<[unknown, boolean]>([
  [undefined, false],
  [() => {}, false],
  [Symbol('s'), false],
  [{ toJSON: () => undefined }, false],
  [5n, true],
  [cyclic, true],
  [
    {
      toJSON() {
        throw new Error('a bug');
      },
    },
    true,
  ],
])('refuses what JSON has no text for, and sends nothing: %#', (value, hasCause) => {
  const { connection, wire } = aScene();
  const send = () => sendJson(connection, value as JsonSendable);
  expect(send).toThrow(OptionError);
  expect(send).toThrow(expect.objectContaining({ option: 'value' }));
  try {
    send();
  } catch (error) {
    expect((error as OptionError).cause !== undefined).toBe(hasCause);
  }
  expect(wire.sent).toEqual([]);
});
