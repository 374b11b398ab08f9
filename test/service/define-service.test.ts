import { expect, test } from 'vitest';
import { defineService, route } from '../../src/service/index.js';

test('defineService and route return what they are given', () => {
  const options = { handler: async () => {} };
  expect(route(options)).toBe(options);
  const service = { handlers: { '/a': options } };
  expect(defineService(service)).toBe(service);
});
