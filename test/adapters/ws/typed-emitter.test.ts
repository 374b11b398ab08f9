import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { typedEmitter } from '../../../src/adapters/ws/typed-emitter.js';

test('it is Node’s EventEmitter', () => {
  expect(typedEmitter()).toBe(EventEmitter);
});
