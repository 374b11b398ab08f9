import { expect, test } from 'vitest';
import { atTickEnd } from '../../../../src/transport/ws/write/tick-end.js';
import { settled } from '../../../support/settled.js';

test('all with work at the end of a tick have their turn there, in order; work added then comes later', async () => {
  const done: string[] = [];
  const later = { onTickEnd: () => done.push('later') };
  atTickEnd({
    onTickEnd: () => {
      done.push('first');
      atTickEnd(later);
    },
  });
  atTickEnd({ onTickEnd: () => done.push('second') });
  process.nextTick(() => done.push('what came meanwhile'));
  expect(done).toEqual([]);
  await settled();
  expect(done).toEqual(['first', 'second', 'what came meanwhile', 'later']);
});
