import { expect, test } from 'vitest';
import { DataFrame } from '../../src/transport/frame.js';
import type { WireEnd, WireFact } from '../../src/transport/wire-fact.js';
import { WireStreams } from '../../src/transport/wire-streams.js';

const END: WireEnd = { kind: 'socket-ended', unconfirmed: { frames: 0, bytes: 0 } };
const OPENED: WireFact = { type: 'wire.opened', protocol: 'chat', remoteAddress: undefined };

/** The streams of a wire that the test plays. */
class PlayedWire extends WireStreams {
  emit(fact: WireFact): void {
    this.emitFact(fact);
  }

  deliver(text: string): void {
    this.emitFrame(new DataFrame(Buffer.from(text), false));
  }

  drain(): void {
    this.onDrained();
  }

  control(type: 'ping' | 'pong', payload: Buffer): void {
    this.emitControl(type, payload);
  }

  end(): void {
    this.publishEnd(END);
  }
}

/** What comes out of all streams, in order. */
function listenTo(wire: PlayedWire): string[] {
  const notes: string[] = [];
  wire.facts$.subscribe({ next: ({ type }) => notes.push(type), complete: () => notes.push('facts end') });
  wire.opened$.subscribe({
    next: ({ protocol }) => notes.push(`opened ${protocol}`),
    complete: () => notes.push('opened end'),
  });
  wire.closed$.subscribe({
    next: ({ kind }) => notes.push(`closed ${kind}`),
    complete: () => notes.push('closed end'),
  });
  wire.frames$.subscribe({
    next: ({ data }) => notes.push(`frame ${data.toString()}`),
    complete: () => notes.push('frames end'),
  });
  wire.drained$.subscribe({ next: () => notes.push('drained'), complete: () => notes.push('drained end') });
  return notes;
}

test('the opening and the ending are facts, narrowed', () => {
  const wire = new PlayedWire();
  const notes = listenTo(wire);
  wire.emit(OPENED);
  wire.deliver('hello');
  wire.drain();
  wire.emit({ type: 'wire.closing', received: { code: 1000, reason: '' } });
  expect(notes).toEqual(['wire.opened', 'opened chat', 'frame hello', 'drained', 'wire.closing']);
});

test('the end is the last fact, and every stream completes', () => {
  const wire = new PlayedWire();
  const notes = listenTo(wire);
  wire.end();
  expect(notes.slice(0, 2)).toEqual(['wire.closed', 'closed socket-ended']);
  expect(notes.slice(2).sort()).toEqual(['closed end', 'drained end', 'facts end', 'frames end', 'opened end']);
});

test('streams that are asked for after the end complete at once', () => {
  const wire = new PlayedWire();
  wire.end();
  expect(listenTo(wire).sort()).toEqual(['closed end', 'drained end', 'facts end', 'frames end', 'opened end']);
});

test('the streams that few want are made once, when somebody does', () => {
  const wire = new PlayedWire();
  wire.drain();
  wire.control('ping', Buffer.from('unheard'));
  expect(wire.drained$).toBe(wire.drained$);
  expect(wire.controlFrames$).toBe(wire.controlFrames$);
});

test('control frames come with a payload of their own, and end with the wire', () => {
  const wire = new PlayedWire();
  const notes: unknown[] = [];
  const payload = Buffer.from('life');
  wire.controlFrames$.subscribe({ next: (frame) => notes.push(frame), complete: () => notes.push('end') });
  wire.control('ping', payload);
  wire.control('pong', Buffer.alloc(0));
  payload.fill(0);
  wire.end();
  wire.controlFrames$.subscribe({ complete: () => notes.push('late end') });
  expect(notes).toEqual([
    { type: 'ping', payload: Buffer.from('life') },
    { type: 'pong', payload: Buffer.alloc(0) },
    'end',
    'late end',
  ]);
});

test('a subscriber that leaves after the end changes nothing', () => {
  const wire = new PlayedWire();
  const subscriptions = [wire.facts$.subscribe(), wire.frames$.subscribe()];
  wire.end();
  for (const subscription of subscriptions) subscription.unsubscribe();
  expect(listenTo(wire).sort()).toEqual(['closed end', 'drained end', 'facts end', 'frames end', 'opened end']);
});
