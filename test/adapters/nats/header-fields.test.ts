import { expect, test } from 'vitest';
import { fieldsOf, headersOf } from '../../../src/adapters/nats/header-fields.js';
import { loadNats } from '../../../src/adapters/nats/load-nats.js';

test('header fields come out as they went in, in lower case', () => {
  const headers = headersOf(loadNats(), { 'wk-kind': 'text', 'wk-except': 'node-1/5' });
  headers.set('Nats-Sequence', '7');
  expect(fieldsOf(headers)).toEqual({ 'wk-kind': 'text', 'wk-except': 'node-1/5', 'nats-sequence': '7' });
  expect(fieldsOf(undefined)).toEqual({});
});
