import { describe, expect, test } from 'vitest';
import { Mailbox } from '../../../src/supervisor/children/mailbox.js';
import { settled } from '../../support/settled.js';

test('does a task that needs no waiting at once when no other is under way', () => {
  const done: string[] = [];
  const mailbox = new Mailbox();
  mailbox.post(() => void done.push('a'));
  mailbox.post(() => void done.push('b'));
  expect(done).toEqual(['a', 'b']);
});

test('begins no task before the one under way has ended', async () => {
  const done: string[] = [];
  const mailbox = new Mailbox();
  let end = () => {};
  mailbox.post(async () => {
    await new Promise<void>((resolve) => (end = resolve));
    done.push('first');
  });
  mailbox.post(() => void done.push('second'));
  await settled();
  expect(done).toEqual([]);
  end();
  await settled();
  expect(done).toEqual(['first', 'second']);
});

test('a task posted within a task comes after it', () => {
  const done: string[] = [];
  const mailbox = new Mailbox();
  mailbox.post(() => {
    mailbox.post(() => void done.push('inner'));
    done.push('outer');
  });
  expect(done).toEqual(['outer', 'inner']);
});

test('waiting tasks that are taken out are not done', async () => {
  const mailbox = new Mailbox();
  let end = () => {};
  const done: string[] = [];
  mailbox.post(() => new Promise<void>((resolve) => (end = resolve)));
  mailbox.post(() => void done.push('waiting'));
  expect(mailbox.takeWaiting()).toHaveLength(1);
  end();
  await settled();
  expect(done).toEqual([]);
});

describe('a call', () => {
  test('resolves with the result of its task, also when that waits', async () => {
    const mailbox = new Mailbox();
    expect(await mailbox.call(() => 1)).toBe(1);
    expect(await mailbox.call(() => Promise.resolve(2))).toBe(2);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('a bug');
      },
    ],
    ['rejects', () => Promise.reject(new Error('a bug'))],
  ])('whose task %s rejects, and the next task is done all the same', async (_how, act) => {
    const mailbox = new Mailbox();
    const call = mailbox.call(act);
    const next = mailbox.call(() => 'next');
    await expect(call).rejects.toThrow('a bug');
    expect(await next).toBe('next');
  });

  test('waits for the task under way', async () => {
    const mailbox = new Mailbox();
    let end = () => {};
    mailbox.post(() => new Promise<void>((resolve) => (end = resolve)));
    let answer: unknown;
    void mailbox
      .call(() => 'answer')
      .then((given) => {
        answer = given;
      });
    await settled();
    expect(answer).toBeUndefined();
    end();
    await settled();
    expect(answer).toBe('answer');
  });
});
