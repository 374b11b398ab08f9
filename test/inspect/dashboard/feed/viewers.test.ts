import { expect, test } from 'vitest';
import { Viewers } from '../../../../src/inspect/dashboard/feed/viewers.js';
import { createHeapClock } from '../../../../src/testing/heap-clock.js';

/** A viewer's connection that takes what it is sent, until it is left. */
function aConnection() {
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const sent: string[] = [];
  const connection = {
    sent,
    bufferedBytes: 0,
    send: (text: string) => sent.push(text),
    leave: () => leave(),
    [Symbol.asyncIterator]: () => ({ next: () => left.then(() => ({ done: true, value: undefined })) }),
  };
  return connection;
}

function someViewers() {
  const clock = createHeapClock();
  const parts = { clock, welcome: () => ({ type: 'welcome' }), wallNow: () => 0 };
  const viewers = new Viewers(clock, parts as never);
  return { clock, viewers };
}

const overview = (at: number) => ({ type: 'overview', at, missed: 0 }) as never;

test('a viewer is welcomed, and gets overviews until it leaves', async () => {
  const { viewers } = someViewers();
  const connection = aConnection();
  const serving = viewers.serve(connection as never, () => overview(1));
  viewers.overview(() => overview(2));
  connection.leave();
  await serving;
  viewers.overview(() => overview(3));
  expect(connection.sent.map((text) => JSON.parse(text) as unknown)).toEqual([
    { type: 'welcome' },
    { type: 'overview', at: 1, missed: 0 },
    { type: 'overview', at: 2, missed: 0 },
  ]);
});

test('a viewer that does not read misses overviews, and learns how many', async () => {
  const { viewers } = someViewers();
  const connection = aConnection();
  const serving = viewers.serve(connection as never, () => overview(1));
  connection.bufferedBytes = 10_000_000;
  viewers.overview(() => overview(2));
  viewers.overview(() => overview(3));
  connection.bufferedBytes = 0;
  viewers.overview(() => overview(4));
  expect(JSON.parse(connection.sent.at(-1) ?? '')).toEqual({ type: 'overview', at: 4, missed: 2 });
  expect(connection.sent.length).toBe(3);
  connection.leave();
  await serving;
});

test('no overview is made and no timer is set while nobody looks', async () => {
  const { viewers, clock } = someViewers();
  viewers.overview(() => {
    throw new Error('made for nobody');
  });
  expect(clock.pending).toBe(0);
  const connection = aConnection();
  const serving = viewers.serve(connection as never, () => overview(1));
  expect(clock.pending).toBe(1);
  connection.leave();
  await serving;
  expect(clock.pending).toBe(0);
});
