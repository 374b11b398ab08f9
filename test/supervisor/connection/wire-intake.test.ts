import { Observable } from 'rxjs';
import { expect, test } from 'vitest';
import { receiveFrom, WireIntake } from '../../../src/supervisor/connection/wire-intake.js';
import { FakeWire } from '../../support/fake-wire.js';

function anIntake() {
  const notes: string[] = [];
  const intake = new WireIntake({
    dispatch: ({ type }) => notes.push(type),
    inbox: { take: ({ data }) => notes.push(data.toString()), end: () => notes.push('end') },
  });
  return { intake, notes };
}

test("passes on a wire's facts and frames, and the completion of frames", () => {
  const wire = new FakeWire();
  const { intake, notes } = anIntake();
  wire.facts$.subscribe(intake);
  wire.frames$.subscribe(intake);
  wire.deliver('a');
  wire.emitClosing(4001, 'bye');
  wire.deliver('b');
  wire.emitClosed();
  expect(notes.slice(0, 4)).toEqual(['a', 'wire.closing', 'b', 'wire.closed']);
  expect(new Set(notes.slice(4))).toEqual(new Set(['end']));
});

test('RxJS accepts it as a Subscriber, and does not wrap it', () => {
  const { intake } = anIntake();
  let seen: unknown;
  new Observable<never>((subscriber) => {
    seen = subscriber;
  }).subscribe(intake);
  expect(seen).toBe(intake);
});

test('a heartbeat takes its answers out of the frames', () => {
  const wire = new FakeWire();
  const notes: string[] = [];
  const receiver = {
    dispatch: ({ type }: { readonly type: string }) => notes.push(type),
    inbox: { take: ({ data }: { readonly data: Buffer }) => notes.push(data.toString()), end: () => notes.push('end') },
  };
  receiveFrom(wire, receiver, { takes: ({ data }) => data.toString() === 'pong' });
  for (const text of ['a', 'pong', 'b']) wire.deliver(text);
  wire.emitClosed();
  expect(notes.slice(0, 3)).toEqual(['a', 'b', 'wire.closed']);
});
