import { expect, test } from 'vitest';
import { FrameIterator, type PullSource } from '../../src/supervisor/frame-iterator.js';

function aSource(texts: string[]) {
  let detached = 0;
  const source: PullSource = {
    nextFrame() {
      const text = texts.shift();
      return Promise.resolve(text === undefined ? { value: undefined, done: true } : { value: { data: Buffer.from(text), isBinary: false }, done: false });
    },
    detach() {
      detached += 1;
    },
  };
  return { source, detached: () => detached };
}

test('pulls until the source ends, without detaching', async () => {
  const { source, detached } = aSource(['a', 'b']);
  const seen: string[] = [];
  for await (const { data } of new FrameIterator(source)) seen.push(data.toString());
  expect(seen).toEqual(['a', 'b']);
  expect(detached()).toBe(0);
});

test('detaches when its loop is left', async () => {
  const { source, detached } = aSource(['a', 'b']);
  for await (const _frame of new FrameIterator(source)) break;
  expect(detached()).toBe(1);
});
