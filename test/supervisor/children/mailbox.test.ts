import { expect, test } from 'vitest';
import { Mailbox } from '../../../src/supervisor/children/mailbox.js';
import { settled } from '../../support/settled.js';

test('does at once what needs no waiting, when nothing else is under way', () => {
  const done: string[] = [];
  const mailbox = new Mailbox();
  mailbox.post(() => void done.push('a'));
  mailbox.post(() => void done.push('b'));
  expect(done).toEqual(['a', 'b']);
});

test('begins nothing before what is under way has ended', async () => {
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

test('a turn taken within a turn comes after it', () => {
  const done: string[] = [];
  const mailbox = new Mailbox();
  mailbox.post(() => {
    mailbox.post(() => void done.push('inner'));
    done.push('outer');
  });
  expect(done).toEqual(['outer', 'inner']);
});

test('what waits can be taken out, and is not done then', async () => {
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
