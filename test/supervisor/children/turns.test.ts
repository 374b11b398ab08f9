import { expect, test } from 'vitest';
import { Turns } from '../../../src/supervisor/children/turns.js';
import { settled } from '../../support/settled.js';

test('does at once what needs no waiting, when nothing else is under way', () => {
  const done: string[] = [];
  const turns = new Turns();
  turns.take(() => void done.push('a'));
  turns.take(() => void done.push('b'));
  expect(done).toEqual(['a', 'b']);
});

test('begins nothing before what is under way has ended', async () => {
  const done: string[] = [];
  const turns = new Turns();
  let end = () => {};
  turns.take(async () => {
    await new Promise<void>((resolve) => (end = resolve));
    done.push('first');
  });
  turns.take(() => void done.push('second'));
  await settled();
  expect(done).toEqual([]);
  end();
  await settled();
  expect(done).toEqual(['first', 'second']);
});

test('a turn taken within a turn comes after it', () => {
  const done: string[] = [];
  const turns = new Turns();
  turns.take(() => {
    turns.take(() => void done.push('inner'));
    done.push('outer');
  });
  expect(done).toEqual(['outer', 'inner']);
});

test('what waits can be taken out, and is not done then', async () => {
  const turns = new Turns();
  let end = () => {};
  const done: string[] = [];
  turns.take(() => new Promise<void>((resolve) => (end = resolve)));
  turns.take(() => void done.push('waiting'));
  expect(turns.clear()).toHaveLength(1);
  end();
  await settled();
  expect(done).toEqual([]);
});
