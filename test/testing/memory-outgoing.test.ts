import { expect, test } from 'vitest';
import { MemoryOutgoing } from '../../src/testing/memory-outgoing.js';
import { closePacket, FIN, messagePacket, pingPacket } from '../../src/testing/memory-packet.js';
import type { Fate } from '../../src/transport/wire-fact.js';

const PING = pingPacket('ping', Buffer.alloc(0), true);
const message = (text: string) => messagePacket(text, false, false);

test('keeps order, and counts what waits and what was sent', () => {
  const outgoing = new MemoryOutgoing();
  expect(outgoing).toMatchObject({ isEmpty: true, bytes: 0, first: undefined, sent: { frames: 0, bytes: 0 } });
  const packets = [message('one'), PING, message('three')];
  for (const packet of packets) outgoing.push(packet);
  expect(outgoing.bytes).toBe(packets.reduce((sum, { bytes }) => sum + bytes, 0));
  expect(outgoing.payloadBytes).toBe(8);
  expect(outgoing.first).toBe(packets[0]);
  expect([outgoing.shift(), outgoing.shift(), outgoing.shift(), outgoing.shift()]).toEqual([...packets, undefined]);
  expect(outgoing).toMatchObject({ isEmpty: true, bytes: 0, sent: { frames: 2, bytes: 8 } });
});

test('drops messages and Pings on request, and keeps the Close and the FIN', () => {
  const outgoing = new MemoryOutgoing();
  const close = closePacket(1000, '', false);
  const fates: Fate[] = [];
  const mark = { kind: 'mark', done: (fate: Fate) => fates.push(fate), bytes: 0 } as const;
  for (const packet of [message('one'), PING, mark, message('four'), close, FIN]) outgoing.push(packet);
  expect(outgoing.discard()).toEqual({ frames: 2, bytes: 7 });
  expect(fates).toEqual(['discarded']);
  expect(outgoing).toMatchObject({ bytes: close.bytes, payloadBytes: 0 });
  expect([outgoing.shift(), outgoing.shift()]).toEqual([close, FIN]);
  expect(outgoing.sent).toEqual({ frames: 0, bytes: 0 });
});

test('a Close frame is sent once it was taken, and not when it is lost', () => {
  const outgoing = new MemoryOutgoing();
  outgoing.push(closePacket(1000, '', false));
  expect(outgoing.isCloseSent).toBe(false);
  outgoing.lose();
  expect(outgoing.isCloseSent).toBe(false);
  outgoing.push(closePacket(1000, '', false));
  outgoing.shift();
  expect(outgoing.isCloseSent).toBe(true);
});

test('loses everything at the end, and keeps its counts', () => {
  const outgoing = new MemoryOutgoing();
  outgoing.push(message('left'));
  outgoing.shift();
  outgoing.push(message('lost'));
  outgoing.push(FIN);
  outgoing.lose();
  expect(outgoing).toMatchObject({ isEmpty: true, bytes: 0, sent: { frames: 1, bytes: 4 } });
});
