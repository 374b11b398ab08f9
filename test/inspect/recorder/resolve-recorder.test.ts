import { expect, test } from 'vitest';
import { createRecorder } from '../../../src/inspect/recorder/recorder.js';
import { resolveRecorder } from '../../../src/inspect/recorder/resolve-recorder.js';

test('has defaults', () => {
  expect(resolveRecorder({})).toEqual({
    maxTimelines: 1_000,
    maxBytes: 16 * 1024 * 1024,
    maxEntriesEach: 200,
    maxBytesEach: 32 * 1024,
    reveal: new Set(),
  });
  expect(resolveRecorder({ maxTimelines: 0, reveal: ['reasons'] })).toMatchObject({
    maxTimelines: 0,
    reveal: new Set(['reasons']),
  });
});

test.each([
  [{ maxTimelines: -1 }, 'createRecorder: maxTimelines is -1; allowed are whole numbers from 0 on.'],
  [{ maxEntriesEach: 15 }, 'createRecorder: maxEntriesEach is 15; allowed are whole numbers from 16 on.'],
  [{ maxBytesEach: 1 }, 'createRecorder: maxBytesEach is 1; allowed are whole numbers from 4096 on.'],
  [{ maxBytes: '1' }, 'createRecorder: maxBytes is "1"; allowed are whole numbers from 65536 on.'],
  [{ reveal: 'all' }, 'createRecorder: reveal is "all"; it must be a list of what to reveal.'],
  [
    { reveal: ['reasons', 'all'] },
    'createRecorder: reveal[1] is "all"; allowed are "reasons", "messages", "protocols".',
  ],
])('refuses %j', (options, message) => {
  expect(() => createRecorder(options as object)).toThrow(message);
});

test('refuses an unknown option', () => {
  expect(() => createRecorder({ max: 1 } as object)).toThrow('max');
});
