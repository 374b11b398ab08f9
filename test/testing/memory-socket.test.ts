import { beforeEach, describe, expect, test } from 'vitest';
import { WINDOW_BYTES } from '../../src/testing/memory-incoming.js';
import { type Content, closePacket, messagePacket, type Packet, pingPacket } from '../../src/testing/memory-packet.js';
import { MemorySocket, type SocketOwner } from '../../src/testing/memory-socket.js';
import type { Fate } from '../../src/transport/wire-fact.js';

/** Records the events of a socket, as words. */
class Recorder implements SocketOwner {
  readonly events: string[] = [];
  onContentNext: (() => void) | undefined;

  onRead(): void {
    this.events.push('read');
  }

  onContent(content: Content): void {
    this.events.push(content.kind === 'message' ? content.data.toString() : content.kind);
    this.onContentNext?.();
  }

  onEnd(): void {
    this.events.push('end');
  }

  onDrained(): void {
    this.events.push('drained');
  }

  onClose(error: Error | undefined): void {
    this.events.push(error === undefined ? 'closed' : `closed: ${error.message}`);
  }

  /** The events since the last call, without the reads. */
  news(): string[] {
    return this.events.splice(0).filter((word) => word !== 'read');
  }
}

const message = (text: string): Packet => messagePacket(text, false, false);
const bulk = message('x'.repeat(WINDOW_BYTES));
const turn = () => new Promise((resolve) => setImmediate(resolve));

let near: MemorySocket;
let far: MemorySocket;
let nearOwner: Recorder;
let farOwner: Recorder;

beforeEach(() => {
  [near, far] = MemorySocket.pair();
  nearOwner = new Recorder();
  farOwner = new Recorder();
  near.attach(nearOwner);
  far.attach(farOwner);
});

// The Close was lost where that of the ws transport gets out.
test('a Close frame gets out, with what precedes it, although TCP is dropped in the same tick', async () => {
  near.push(message('one'));
  near.push(closePacket(1000, '', false));
  near.destroy();
  expect(near.isCloseSent).toBe(true);
  expect(farOwner.events).toEqual([]);
  await turn();
  expect(farOwner.news()).toEqual(['one', 'close', 'end']);
});

test('a Close frame that finds room sends what waited for it, which is reported', async () => {
  near.push(bulk);
  near.push(message('waits'));
  await turn();
  far.stopReading();
  near.push(bulk);
  near.push(message('waits'));
  await turn();
  nearOwner.news();
  near.push(closePacket(1000, '', false));
  expect(near.isCloseSent).toBe(false);
  far.startReading();
  await turn();
  expect(near.isCloseSent).toBe(true);
  expect(nearOwner.news()).toEqual(['drained']);
});

test('packets arrive in order and later, as one read', async () => {
  for (const text of ['one', 'two', 'three']) near.push(message(text));
  expect(farOwner.events).toEqual([]);
  await turn();
  expect(farOwner.events).toEqual(['read', 'one', 'two', 'three']);
});

test('packets wait for an owner', async () => {
  const [left, right] = MemorySocket.pair();
  left.push(message('early'));
  await turn();
  const late = new Recorder();
  right.attach(late);
  expect(late.events).toEqual([]);
  await turn();
  expect(late.news()).toEqual(['early']);
});

test('packets go before microtasks, so that order does not hang on how they are awaited', async () => {
  const order: string[] = [];
  near.push(message('one'));
  farOwner.onContentNext = () => order.push('packet');
  process.nextTick(() => queueMicrotask(() => order.push('microtask')));
  await turn();
  expect(order).toEqual(['packet', 'microtask']);
});

describe('the window', () => {
  test('passes as many bytes as its buffer holds to an end that does not read, and the rest when it reads', async () => {
    far.pause();
    near.push(bulk);
    near.push(message('waits'));
    await turn();
    expect(near.outgoingBytes).toBeGreaterThan(0);
    expect(near.sent.frames).toBe(1);
    expect(nearOwner.news()).toEqual([]);
    far.resume();
    await turn();
    expect(near.outgoingBytes).toBe(0);
    expect(nearOwner.news()).toEqual(['drained']);
    expect(farOwner.news()).toEqual([expect.any(String), 'waits']);
  });

  test('says nothing of a drain when nothing had to wait', async () => {
    near.push(message('one'));
    await turn();
    expect(nearOwner.news()).toEqual([]);
  });

  test('drops what waits on request, except the Close and the FIN', async () => {
    far.pause();
    for (const packet of [
      bulk,
      message('lost'),
      pingPacket('ping', Buffer.alloc(0), true),
      closePacket(1000, '', false),
    ])
      near.push(packet);
    near.end();
    await turn();
    expect(near.discard()).toEqual({ frames: 1, bytes: 4 });
    far.resume();
    await turn();
    expect(farOwner.news()).toEqual([expect.any(String), 'close', 'end']);
  });
});

describe('a mark', () => {
  test('is called when what stands before it has left, not when what stands behind it has', async () => {
    const fates: Fate[] = [];
    far.pause();
    near.push(bulk);
    near.mark((fate) => fates.push(fate));
    near.push(message('waits'));
    near.mark((fate) => fates.push(fate));
    expect(fates).toEqual([]);
    await turn();
    expect(fates).toEqual(['written']);
    near.destroy();
    await turn();
    expect(fates).toEqual(['written', 'discarded']);
  });

  test('is called at once when nothing waits', () => {
    let reported: Fate | undefined;
    near.mark((fate) => {
      reported = fate;
    });
    expect(reported).toBe('written');
  });

  test('may send more', async () => {
    near.push(message('one'));
    near.mark(() => near.push(message('two')));
    await turn();
    expect(farOwner.news()).toEqual(['one', 'two']);
  });

  test('may destroy the socket: what stands behind it is lost', async () => {
    near.push(message('one'));
    near.mark(() => near.destroy());
    near.push(message('two'));
    await turn();
    expect(farOwner.news()).toEqual(['one', 'end']);
    expect(nearOwner.news()).toEqual(['closed']);
  });
});

describe('an end', () => {
  test('by both sides closes both', async () => {
    near.push(message('last'));
    near.end();
    near.end();
    near.push(message('too late'));
    await turn();
    expect(farOwner.news()).toEqual(['last', 'end']);
    expect(far.isFinReceived).toBe(true);
    expect(nearOwner.news()).toEqual([]);
    far.push(message('half open'));
    far.end();
    await turn();
    expect(nearOwner.news()).toEqual(['half open', 'end', 'closed']);
    expect(farOwner.news()).toEqual(['closed']);
  });

  test('by destroy is a FIN to an end that has nothing unread', async () => {
    near.push(message('dropped'));
    near.destroy();
    near.destroy();
    await turn();
    expect(nearOwner.news()).toEqual(['closed']);
    expect(farOwner.news()).toEqual(['end']);
  });

  test('by destroy is a reset when something is unread', async () => {
    far.pause();
    near.push(message('unread'));
    await turn();
    far.destroy();
    await turn();
    expect(farOwner.news()).toEqual(['closed']);
    expect(nearOwner.news()).toEqual(['closed: read ECONNRESET']);
  });

  test('by reset comes behind what had left', async () => {
    near.push(message('left'));
    await turn();
    near.push(message('dropped'));
    near.reset();
    await turn();
    expect(farOwner.news()).toEqual(['left', 'closed: read ECONNRESET']);
    expect(nearOwner.news()).toEqual(['closed']);
  });

  test('answers those who still write with a reset', async () => {
    near.destroy();
    await turn();
    expect(farOwner.news()).toEqual(['end']);
    far.push(message('anybody there?'));
    await turn();
    expect(farOwner.news()).toEqual(['closed: read ECONNRESET']);
  });

  test('frees those whose bytes wait for room there', async () => {
    far.stopReading();
    near.push(bulk);
    near.push(message('waits'));
    await turn();
    far.destroy();
    await turn();
    expect(nearOwner.news()).toContain('closed: read ECONNRESET');
    expect(near.outgoingBytes).toBe(0);
  });
});

describe('a pause', () => {
  test('in the middle of a read holds the rest, which resume delivers at once', async () => {
    for (const text of ['one', 'two', 'three']) near.push(message(text));
    farOwner.onContentNext = () => far.pause();
    await turn();
    expect(farOwner.news()).toEqual(['one']);
    farOwner.onContentNext = undefined;
    far.resume();
    expect(farOwner.news()).toEqual(['two', 'three']);
  });

  test('hides a reset until it is over, as with the real thing', async () => {
    far.pause();
    near.reset();
    await turn();
    expect(farOwner.news()).toEqual([]);
    far.resume();
    await turn();
    expect(farOwner.news()).toEqual(['closed: read ECONNRESET']);
  });
});

describe('a test can make one end', () => {
  test('freeze: it takes everything, answers nothing, and goes on after thaw', async () => {
    far.freeze();
    far.push(message('held'));
    for (let n = 0; n < 4; n += 1) near.push(bulk);
    await turn();
    expect(near.outgoingBytes).toBe(0);
    expect([...farOwner.news(), ...nearOwner.news()]).toEqual([]);
    far.thaw();
    await turn();
    expect(farOwner.news()).toHaveLength(4);
    expect(nearOwner.news()).toEqual(['held']);
  });

  test('freeze: what waited for room goes at once', async () => {
    far.stopReading();
    near.push(bulk);
    near.push(message('waits'));
    await turn();
    expect(near.outgoingBytes).toBeGreaterThan(0);
    far.freeze();
    await turn();
    expect(near.outgoingBytes).toBe(0);
  });

  test('freeze: not even its end gets out', async () => {
    far.freeze();
    far.destroy();
    near.push(message('anybody there?'));
    await turn();
    expect(farOwner.news()).toEqual(['closed']);
    expect(nearOwner.news()).toEqual([]);
  });

  test('stop reading: it still sends, and the backlog of the other grows', async () => {
    far.stopReading();
    for (let n = 0; n < 4; n += 1) near.push(bulk);
    far.push(message('still sending'));
    await turn();
    expect(near.outgoingBytes).toBe(3 * bulk.bytes);
    expect(farOwner.news()).toEqual([]);
    expect(nearOwner.news()).toEqual(['still sending']);
    far.startReading();
    await turn();
    expect(farOwner.news()).toHaveLength(4);
  });

  test('break the protocol', async () => {
    near.violate();
    await turn();
    expect(farOwner.news()).toEqual(['violation']);
  });
});
