import { expect, test } from 'vitest';
import { type IncomingOwner, MemoryIncoming } from '../../src/testing/memory-incoming.js';
import { messagePacket, type Packet } from '../../src/testing/memory-packet.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const message = (text: string) => messagePacket(text, false, false);

class Owner implements IncomingOwner {
  readonly calls: string[] = [];
  isDeaf = false;
  onPacketNext: () => void = () => {};

  onReadBegin(): void {
    this.calls.push('begin');
  }

  onPacket(packet: Packet): void {
    this.calls.push(packet.kind === 'message' ? packet.data.toString() : packet.kind);
    this.onPacketNext();
  }

  onReadEnd(): void {
    this.calls.push('end');
  }
}

function open() {
  const owner = new Owner();
  return { owner, incoming: new MemoryIncoming(owner) };
}

test('reads what has come in one read, later', async () => {
  const { owner, incoming } = open();
  for (const text of ['a', 'b']) incoming.arrive(message(text));
  expect(owner.calls).toEqual([]);
  expect(incoming.bytes).toBeGreaterThan(2);
  await turn();
  expect(owner.calls).toEqual(['begin', 'a', 'b', 'end']);
  expect(incoming.bytes).toBe(0);
});

test('reads the rest of a read as soon as the owner resumes, and what came since in a read of its own', async () => {
  const { owner, incoming } = open();
  owner.onPacketNext = () => incoming.pause();
  for (const text of ['a', 'b']) incoming.arrive(message(text));
  await turn();
  expect(owner.calls).toEqual(['begin', 'a', 'end']);
  incoming.arrive(message('c'));
  owner.onPacketNext = () => {};
  incoming.resume();
  expect(owner.calls.slice(3)).toEqual(['begin', 'b', 'end']);
  await turn();
  expect(owner.calls.slice(6)).toEqual(['begin', 'c', 'end']);
});

test.each<[string, (parts: ReturnType<typeof open>) => void, (parts: ReturnType<typeof open>) => void]>([
  ['paused', ({ incoming }) => incoming.pause(), ({ incoming }) => incoming.resume()],
  ['stopped', ({ incoming }) => incoming.stopReading(), ({ incoming }) => incoming.startReading()],
  [
    'deaf',
    ({ owner }) => {
      owner.isDeaf = true;
    },
    ({ owner, incoming }) => {
      owner.isDeaf = false;
      incoming.readLater();
    },
  ],
])('reads nothing while it is %s, and everything afterwards', async (_name, stop, start) => {
  const parts = open();
  stop(parts);
  parts.incoming.arrive(message('a'));
  await turn();
  expect(parts.owner.calls).toEqual([]);
  start(parts);
  await turn();
  expect(parts.owner.calls).toEqual(['begin', 'a', 'end']);
});

test('reads nothing that was dropped', async () => {
  const { owner, incoming } = open();
  incoming.arrive(message('a'));
  incoming.clear();
  await turn();
  expect(owner.calls).toEqual([]);
});
