import { expect, test } from 'vitest';
import { fromWorker, sealed, toWorker } from '../../../src/service/pool/messages.js';

test('a message comes out of its envelope as it went in', () => {
  expect(toWorker(JSON.parse(JSON.stringify(sealed({ kind: 'retire' }))))).toEqual({ kind: 'retire' });
  expect(fromWorker(JSON.parse(JSON.stringify(sealed({ kind: 'leaving' }))))).toEqual({ kind: 'leaving' });
});

test.each([undefined, null, 5, 'retire', {}, { kind: 'retire' }])('%j is none of ours', (received) => {
  expect([toWorker(received), fromWorker(received)]).toEqual([undefined, undefined]);
});
