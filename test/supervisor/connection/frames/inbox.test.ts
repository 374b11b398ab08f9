import { map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { Inbox } from '../../../../src/supervisor/connection/frames/inbox.js';
import type { InboxOwner } from '../../../../src/supervisor/connection/frames/inbox-owner.js';
import { DeadlineError, OptionError } from '../../../../src/transport/errors.js';
import { DataFrame, type Frame } from '../../../../src/transport/frame.js';
import { aParent } from '../../../support/a-parent.js';
import { settled } from '../../../support/settled.js';

function anInbox(readAheadBytes = 10) {
  const parent = aParent({ limits: { readAheadBytes } });
  const holds: boolean[] = [];
  const thrown: unknown[] = [];
  const counts = { allRead: 0 };
  const socket = { onHold: (_isHeld: boolean): void => {} };
  const owner: InboxOwner = {
    parent,
    isPaused: false,
    framesWait: () => {},
    holdSocket: (isHeld) => {
      holds.push(isHeld);
      socket.onHold(isHeld);
    },
    allRead: () => {
      counts.allRead += 1;
    },
    subscriberThrew: (error) => thrown.push(error),
  };
  const inbox = new Inbox(owner);
  const put = (...texts: string[]) => {
    for (const text of texts) inbox.take(new DataFrame(Buffer.from(text), false));
  };
  return { inbox, put, socket, clock: parent.clock, totals: parent.services.totals, holds, thrown, counts };
}

const textOf = (frame: Frame | undefined) => frame?.data.toString();

async function textsOf(frames: AsyncIterable<Frame>): Promise<string[]> {
  const texts: string[] = [];
  for await (const frame of frames) texts.push(frame.data.toString());
  return texts;
}

describe('where nobody may ever read', () => {
  test('frames are held up to the bound, the newest beyond it are dropped, and the socket is not held', async () => {
    const { inbox, put, holds } = anInbox();
    inbox.dropUnread();
    const frame = 'x'.repeat(100);
    for (let at = 0; at < 1_000; at += 1) put(frame);
    expect(holds).toEqual([]);
    inbox.end();
    const texts = await textsOf(inbox);
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.length).toBeLessThan(1_000);
  });

  test('a second choice changes nothing', async () => {
    const { inbox, put } = anInbox();
    inbox.drop();
    inbox.dropUnread();
    put('a');
    expect(await inbox.receive()).toBeUndefined();
  });
});

test('what iterators return is made by an iterator of V8, whether the frame waited or was waited for', async () => {
  const { inbox, put } = anInbox();
  const iterator: { next: (this: Iterator<unknown>) => unknown } = Object.getPrototypeOf([].values());
  const { next } = iterator;
  const made = new WeakSet();
  iterator.next = function () {
    const result = Reflect.apply(next, this, []) as object;
    made.add(result);
    return result;
  };
  try {
    put('a');
    const waited = await inbox.next();
    const awaited = inbox.next();
    put('b');
    expect([made.has(waited), made.has(await awaited)]).toEqual([true, true]);
  } finally {
    iterator.next = next;
  }
});

describe('before the handler has chosen', () => {
  test('frames are held, in order, for an iterator', async () => {
    const { inbox, put } = anInbox();
    put('a', 'b');
    const texts = textsOf(inbox);
    put('c');
    inbox.end();
    expect(await texts).toEqual(['a', 'b', 'c']);
  });

  test('frames are held, in order, for the first subscriber', () => {
    const { inbox, put } = anInbox();
    const seen: string[] = [];
    put('a', 'b');
    inbox.frames$.subscribe({ next: (frame) => seen.push(frame.data.toString()), complete: () => seen.push('end') });
    put('c');
    inbox.end();
    expect(seen).toEqual(['a', 'b', 'c', 'end']);
  });

  test('frames held for a subscriber that comes after the end are delivered before its completion', () => {
    const { inbox, put } = anInbox();
    const seen: string[] = [];
    put('a');
    inbox.end();
    inbox.frames$.subscribe({ next: (frame) => seen.push(frame.data.toString()), complete: () => seen.push('end') });
    expect(seen).toEqual(['a', 'end']);
  });

  // Newer frames overtook the last of those that were held: letting the socket go brings them at once.
  test('what letting the socket go brings comes after the frames that were held for the first subscriber', () => {
    const { inbox, put, socket } = anInbox(1);
    const seen: (string | undefined)[] = [];
    put('x', 'y'.repeat(15), 'z');
    socket.onHold = (isHeld) => {
      if (!isHeld) put('new', 'newer');
    };
    inbox.frames$.subscribe((frame) => seen.push(textOf(frame)));
    put('newest');
    expect(seen).toEqual(['x', 'y'.repeat(15), 'z', 'new', 'newer', 'newest']);
  });

  test('so does what a subscriber brings about while it is handed those frames', () => {
    const { inbox, put } = anInbox();
    const seen: (string | undefined)[] = [];
    put('a', 'b', 'c');
    inbox.frames$.subscribe((frame) => {
      if (seen.push(textOf(frame)) === 1) put('d');
    });
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a subscriber that has the frames discarded is handed none of those that are held, and none that come', () => {
    const { inbox, put } = anInbox();
    const seen: (string | undefined)[] = [];
    put('a', 'b');
    inbox.frames$.subscribe((frame) => {
      seen.push(textOf(frame));
      inbox.drop();
    });
    put('c');
    expect(seen).toEqual(['a']);
  });

  // The peer's Close behind them must be seen: the handler may wait for nothing but that.
  test('the socket is held when sixteen times as many bytes wait as are read ahead', () => {
    const { put, holds } = anInbox(10);
    put('x'.repeat(159));
    expect(holds).toEqual([]);
    put('1');
    expect(holds).toEqual([true]);
  });

  test('what each of many small frames costs is counted', () => {
    const { put, holds } = anInbox(1000);
    put(...Array.from({ length: 64 }, () => ''));
    expect(holds).toEqual([]);
    put(...Array.from({ length: 84 }, () => ''));
    expect(holds).toEqual([true]);
  });
});

describe('pulling', () => {
  test('a frame that comes while the consumer waits goes to it', async () => {
    const { inbox, put } = anInbox();
    const next = inbox.receive();
    put('a');
    expect(textOf(await next)).toBe('a');
  });

  test('receive returns undefined at the end, and from then on', async () => {
    const { inbox } = anInbox();
    const next = inbox.receive();
    inbox.end();
    expect(await next).toBeUndefined();
    expect(await inbox.receive()).toBeUndefined();
  });

  test('frames that came before the end are read after it', async () => {
    const { inbox, put } = anInbox();
    put('a');
    inbox.end();
    expect(await textsOf(inbox)).toEqual(['a']);
  });

  test('the socket is held when as many bytes wait as may', async () => {
    const { inbox, put, holds } = anInbox(10);
    put('first');
    await inbox.receive();
    put('12345', '1234');
    expect(holds).toEqual([]);
    put('1');
    expect(holds).toEqual([true]);
  });

  test('the socket is let go when half of what may wait has been read', async () => {
    const { inbox, put, holds } = anInbox(10);
    put('first');
    await inbox.receive();
    put('12345', '12345');
    await inbox.receive();
    expect(holds).toEqual([true, false]);
  });

  test('a deadline rejects, and the next frame is not lost', async () => {
    const { inbox, put, clock } = anInbox();
    const wait = expect(inbox.receive({ withinMs: 10 })).rejects.toThrow(DeadlineError);
    clock.advance(20);
    await wait;
    put('a');
    expect(textOf(await inbox.receive({ withinMs: 10 }))).toBe('a');
    expect(clock.pending).toBe(0);
  });

  test('an abort rejects with its reason, and the next frame is not lost', async () => {
    const { inbox, put } = anInbox();
    const controller = new AbortController();
    const wait = expect(inbox.receive({ signal: controller.signal })).rejects.toThrow('enough');
    controller.abort(new Error('enough'));
    await wait;
    put('a');
    expect(textOf(await inbox.receive())).toBe('a');
  });

  test('an abort that came before rejects without taking a frame', async () => {
    const { inbox, put } = anInbox();
    put('a');
    await expect(inbox.receive({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(textOf(await inbox.receive())).toBe('a');
  });

  test('break only detaches: a second loop goes on where the first left', async () => {
    const { inbox, put } = anInbox(100);
    put('a', 'b', 'c');
    for await (const frame of inbox) if (textOf(frame) === 'b') break;
    inbox.end();
    expect(await textsOf(inbox)).toEqual(['c']);
  });

  test('a second consumer beside one that waits is refused', async () => {
    const { inbox } = anInbox();
    const first = inbox.receive();
    await expect(inbox.receive()).rejects.toThrow(OptionError);
    await expect(inbox[Symbol.asyncIterator]().next()).rejects.toThrow(OptionError);
    inbox.end();
    await first;
  });

  test('pulling beside a subscription is refused', async () => {
    const { inbox } = anInbox();
    inbox.frames$.subscribe(() => {});
    await expect(inbox.receive()).rejects.toThrow(OptionError);
  });

  test('a long queue keeps its order', async () => {
    const { inbox, put } = anInbox(1_000_000);
    const texts = Array.from({ length: 5000 }, (_, i) => String(i));
    put(...texts);
    inbox.end();
    expect(await textsOf(inbox)).toEqual(texts);
  });
});

describe('pushing', () => {
  test('a consumer that has pulled and then subscribes gets what waited first, then what comes', async () => {
    const { inbox, put, socket } = anInbox(3);
    const seen: (string | undefined)[] = [];
    put('a');
    await inbox.receive();
    put('bb', 'cc');
    socket.onHold = (isHeld) => {
      if (!isHeld) put('d');
    };
    inbox.frames$.subscribe((frame) => seen.push(textOf(frame)));
    expect(seen).toEqual(['bb', 'cc', 'd']);
  });

  test('a subscription beside a consumer that waits counts as a mistake of the handler, and completes', async () => {
    const { inbox, thrown } = anInbox();
    const first = inbox.receive();
    let completed = false;
    inbox.frames$.subscribe({
      complete: () => {
        completed = true;
      },
    });
    expect(thrown).toHaveLength(1);
    expect(completed).toBe(true);
    inbox.end();
    await first;
  });

  test('the throw of a direct subscriber is contained', () => {
    const { inbox, put, thrown } = anInbox();
    const error = new Error('bad subscriber');
    inbox.frames$.subscribe(() => {
      throw error;
    });
    put('a');
    expect(thrown).toEqual([error]);
  });

  test('the throw of a direct subscriber at a frame that was held is contained', () => {
    const { inbox, put, thrown } = anInbox();
    put('a');
    inbox.frames$.subscribe(() => {
      throw new Error('bad subscriber');
    });
    expect(thrown).toHaveLength(1);
  });

  test('every subscriber gets the frames from its subscription on', () => {
    const { inbox, put } = anInbox();
    const first: number[] = [];
    const second: number[] = [];
    inbox.frames$.pipe(map((frame) => frame.data.length)).subscribe((length) => first.push(length));
    put('a');
    inbox.frames$.pipe(map((frame) => frame.data.length)).subscribe((length) => second.push(length));
    put('bb');
    expect([first, second]).toEqual([[1, 2], [2]]);
  });

  test('the socket is never held for a subscriber', () => {
    const { inbox, put, holds } = anInbox(10);
    inbox.frames$.subscribe(() => {});
    put('1234567890', '1234567890');
    expect(holds).toEqual([]);
  });
});

describe('taking no frames', () => {
  test('frames are counted and dropped, those that wait included', async () => {
    const { inbox, put, totals, holds } = anInbox(10);
    put('x'.repeat(160));
    inbox.drop();
    put('a');
    expect(totals).toMatchObject({ framesIn: 2, bytesIn: 161 });
    expect(holds).toEqual([true, false]);
    expect(await inbox.receive()).toBeUndefined();
  });
});

describe('while closing', () => {
  test("the socket is let go, since the peer's Close has to be seen, and is not held again", () => {
    const { inbox, put, holds } = anInbox(10);
    put('x'.repeat(160));
    inbox.closing();
    put('x'.repeat(160));
    expect(holds).toEqual([true, false]);
  });

  test('what nobody reads is bounded: frames beyond sixteen times the mark are dropped', async () => {
    const { inbox, put } = anInbox(10);
    inbox.closing();
    for (let i = 0; i < 100; i++) put('1234567890');
    inbox.end();
    expect(await textsOf(inbox)).toHaveLength(17);
  });
});

describe('what has been read', () => {
  test('a consumer is at work on its frame until it asks for the next one', async () => {
    const { inbox, put, counts } = anInbox();
    expect(inbox.isRead).toBe(true);
    put('a');
    expect(inbox.isRead).toBe(false);
    await inbox.receive();
    expect(inbox.isRead).toBe(false);
    const before = counts.allRead;
    const next = inbox.receive();
    expect(inbox.isRead).toBe(true);
    expect(counts.allRead).toBe(before + 1);
    inbox.end();
    await next;
  });

  test('a consumer that leaves its loop is at work no longer', async () => {
    const { inbox, put } = anInbox();
    put('a');
    for await (const _frame of inbox) break;
    expect(inbox.isRead).toBe(true);
  });
});

test('small frames that have to wait do not hold the whole read they came in', async () => {
  const { inbox } = anInbox(1000);
  const read = Buffer.alloc(64 * 1024, 'x');
  inbox.take(new DataFrame(read.subarray(0, 64), false));
  await settled();
  const frame = await inbox.receive();
  expect(frame?.data.toString()).toBe('x'.repeat(64));
  expect(frame?.data.buffer).not.toBe(read.buffer);
});
