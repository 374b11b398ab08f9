import { describe, expect, test, vi } from 'vitest';
import { ControlRelay } from '../../../src/supervisor/connection/control-frames.js';
import type { ControlFrame } from '../../../src/transport/frame.js';
import { accepted } from '../../support/a-connection.js';
import { FakeWire } from '../../support/fake-wire.js';

const LIFE = Buffer.from('life');

describe('controlFrames$', () => {
  test("has the peer's Pings and Pongs, and ends with the connection", () => {
    const { wire, connection } = accepted();
    const notes: unknown[] = [];
    connection.controlFrames$.subscribe({ next: (frame) => notes.push(frame), complete: () => notes.push('end') });
    wire.control('ping', LIFE);
    wire.control('pong', Buffer.alloc(0));
    wire.emitClosed();
    expect(notes).toEqual([{ type: 'ping', payload: LIFE }, { type: 'pong', payload: Buffer.alloc(0) }, 'end']);
  });

  test('is one stream, complete when it is asked for after the end', () => {
    const { wire, connection } = accepted();
    wire.emitClosed();
    const complete = vi.fn<() => void>();
    connection.controlFrames$.subscribe({ complete });
    expect(complete).toHaveBeenCalledOnce();
    expect(connection.controlFrames$).toBe(connection.controlFrames$);
  });

  test('closes the connection with 1011 when a subscriber throws, also behind operators', () => {
    const { wire, connection } = accepted();
    connection.controlFrames$.subscribe(() => {
      throw new Error('a bug');
    });
    wire.control('ping', LIFE);
    expect(wire.asked).toEqual(['close 1011']);
  });

  test('takes nothing from the wire as long as nobody subscribes to it', () => {
    const wire = new FakeWire();
    const relay = new ControlRelay(wire, () => {});
    const taken: ControlFrame[] = [];
    const subscribed = vi.spyOn(wire, 'controlFrames$', 'get');
    wire.control('ping', LIFE);
    expect(subscribed).not.toHaveBeenCalled();
    const first = relay.subscribe((frame) => taken.push(frame));
    wire.control('ping', LIFE);
    first.unsubscribe();
    wire.control('ping', LIFE);
    expect(taken).toHaveLength(1);
    relay.subscribe((frame) => taken.push(frame));
    wire.control('pong', LIFE);
    expect(taken.map(({ type }) => type)).toEqual(['ping', 'pong']);
  });

  test('may be subscribed to before the connection has its wire', () => {
    const relay = new ControlRelay(undefined, () => {});
    const types: string[] = [];
    relay.subscribe(({ type }) => types.push(type));
    const wire = new FakeWire('dialed');
    relay.attach(wire);
    wire.control('pong', LIFE);
    expect(types).toEqual(['pong']);
  });
});

describe('pong', () => {
  test('sends a Pong with the payload, or with none', () => {
    const { wire, connection } = accepted();
    expect(connection.pong('life')).toBe('taken');
    expect(connection.pong(new Uint8Array([0x68, 0x69]))).toBe('taken');
    expect(connection.pong()).toBe('taken');
    expect(wire.asked).toEqual(['pong life', 'pong hi', 'pong']);
  });

  test('tells what waits, and is dropped beyond the bound without closing anything', () => {
    const { wire, connection } = accepted({ limits: { highWaterMark: 10, maxBufferedBytes: 20 } });
    wire.bufferedBytes = 8;
    expect(connection.pong('life')).toBe('backpressure');
    wire.bufferedBytes = 18;
    expect(connection.pong('life')).toBe('dropped');
    expect(wire.asked).toEqual(['pong life']);
    expect(connection.state).toBe('open');
  });

  test('sends nothing once the connection is closing', () => {
    const { wire, connection } = accepted();
    connection.close();
    expect(connection.pong('life')).toBe('closed');
    expect(wire.asked).toEqual(['close 1000']);
  });

  test('throws for what no control frame can carry', () => {
    const { connection } = accepted();
    expect(() => connection.pong('x'.repeat(126))).toThrow('pong: payload has 126 bytes');
  });
});
