import { Observable } from 'rxjs';
import { expect, test } from 'vitest';
import type { ConnectionEvent } from '../../../src/machines/connection-machine.js';
import type { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { receiveFrom, WireIntake } from '../../../src/supervisor/connection/wire-intake.js';
import type { Frame } from '../../../src/transport/frame.js';
import { FakeWire } from '../../support/fake-wire.js';

function anIntake() {
  const notes: string[] = [];
  const parts = {
    dispatch: ({ type }: ConnectionEvent) => notes.push(type),
    inbox: { take: ({ data }: Frame) => notes.push(data.toString()), end: () => notes.push('end') },
    parent: { services: { holdings: { note: (holder: unknown) => notes.push(`noted ${holder === receiver}`) } } },
    lazy: { throttle: { spent: (of: string) => notes.push(`spent ${of}`) } },
  };
  const receiver = parts as unknown as ConnectionActor;
  return { intake: new WireIntake(receiver), receiver, notes };
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

test('facts about the reading are no events of the machine', () => {
  const wire = new FakeWire();
  const { intake, notes } = anIntake();
  wire.facts$.subscribe(intake);
  wire.emit({ type: 'wire.part-read' });
  wire.emit({ type: 'wire.allowance-spent', of: 'bytes' });
  expect(notes).toEqual(['noted true', 'spent bytes']);
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
  const { receiver, notes } = anIntake();
  receiveFrom(wire, receiver, { takes: ({ data }) => data.toString() === 'pong' });
  for (const text of ['a', 'pong', 'b']) wire.deliver(text);
  wire.emitClosed();
  expect(notes.slice(0, 3)).toEqual(['a', 'b', 'wire.closed']);
});
