import { expect, test } from 'vitest';
import { closePacket, messagePacket, pingPacket } from '../../src/testing/memory-packet.js';
import { closePayload, frameOf } from '../../src/transport/protocol/framing.js';

const BINARY = 0x2;
const CLOSE = 0x8;
const PING_OPCODE = 0x9;

test.each([0, 125, 126, 65_535, 65_536])('a message of %i bytes takes as many as on TCP', (bytes) => {
  const data = Buffer.alloc(bytes);
  for (const isMasked of [true, false])
    expect(messagePacket(data, true, isMasked).bytes).toBe(frameOf(BINARY, data, isMasked).length);
});

test.each([
  [1000, ''],
  [4001, 'ü'],
  [1005, ''],
])('a Close %i %j takes as many bytes as on TCP', (code, reason) => {
  for (const isMasked of [true, false])
    expect(closePacket(code, reason, isMasked).bytes).toBe(frameOf(CLOSE, closePayload(code, reason), isMasked).length);
});

test.each([true, false])('a Ping takes as many bytes as on TCP, masked: %s', (isMasked) => {
  const payload = Buffer.alloc(4);
  expect(pingPacket('ping', payload, isMasked).bytes).toBe(frameOf(PING_OPCODE, payload, isMasked).length);
});

test('a message has bytes of its own, so that nobody else can change them', () => {
  const data = Buffer.from('before');
  const packet = messagePacket(data, true, false);
  data.write('after!');
  expect(packet.data.toString()).toBe('before');
});

test('a string is sent as UTF-8', () => {
  expect(messagePacket('€', false, false).data).toEqual(Buffer.from([0xe2, 0x82, 0xac]));
});
