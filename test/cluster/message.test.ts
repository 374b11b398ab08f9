import { expect, test } from 'vitest';
import { contentFrom, contentOf, exceptionOf, frameOf, toBroker } from '../../src/cluster/message.js';
import { OptionError, prepare } from '../../src/index.js';

test.each([
  ['a string', 'é', 'é', false],
  ['bytes', Uint8Array.of(104), 'h', true],
  ['a text frame', { data: Buffer.from('x'), isBinary: false }, 'x', false],
  ['a binary frame', { data: Buffer.from('x'), isBinary: true }, 'x', true],
  ['a prepared frame', prepare('x'), 'x', false],
])('%s is carried as its bytes, and comes out as what it was', (_what, data, text, isBinary) => {
  const content = contentFrom(toBroker(contentOf(data)));
  expect([Buffer.from(content.payload).toString(), content.isBinary]).toEqual([text, isBinary]);
  expect(frameOf(content)).toEqual({ data: Buffer.from(text), isBinary });
});

test('what cannot be sent is refused', () => {
  for (const odd of [undefined, null, 5, {}, { data: 'x', isBinary: false }])
    expect(() => contentOf(odd as never)).toThrow(OptionError);
});

test('the connection that is left out is a header field, and the bytes are as they were', () => {
  const message = toBroker(contentOf('x'), 'node-1/5');
  expect([exceptionOf(message), Buffer.from(message.payload).toString()]).toEqual(['node-1/5', 'x']);
  expect(exceptionOf(toBroker(contentOf('x')))).toBeUndefined();
});
