import { expect, test } from 'vitest';
import { ENDED, UntilEnded } from '../../../src/adapters/messages/until-ended.js';
import { settled } from '../../support/settled.js';
import { aScene } from './scene.js';

test('returns what a promise resolves with, and rejects as it does', async () => {
  const untilEnded = new UntilEnded(aScene().connection);
  expect(await untilEnded.wait(Promise.resolve(1))).toBe(1);
  await expect(untilEnded.wait(Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
});

test('waits no longer than the connection lives, and then not at all', async () => {
  const { connection, wire } = aScene();
  const untilEnded = new UntilEnded(connection);
  const wait = untilEnded.wait(new Promise(() => {}));
  wire.emitClosed({ kind: 'socket-error' });
  expect(await wait).toBe(ENDED);
  expect(await untilEnded.wait(new Promise(() => {}))).toBe(ENDED);
});

test('goes on while the signal has not aborted', async () => {
  const abort = new AbortController();
  const untilEnded = new UntilEnded({ closed: Promise.resolve(undefined as never), signal: abort.signal });
  let result: unknown;
  void untilEnded.wait(new Promise(() => {})).then((ended) => {
    result = ended;
  });
  await settled();
  expect(result).toBeUndefined();
  abort.abort();
  await settled();
  expect(result).toBe(ENDED);
});
