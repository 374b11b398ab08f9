import { expect, test } from 'vitest';
import type { Note, ObservedStep, Observer, Subject } from '../../../src/supervisor/api/observer.js';
import { Tap } from '../../../src/supervisor/connection/tap.js';
import { OptionError } from '../../../src/transport/errors.js';
import { aSupervisor } from '../../support/a-supervisor.js';

const note: Note = { type: 'drain.announced' };

function aTap(parent?: Tap) {
  const thrown: unknown[] = [];
  const tap = new Tap(parent, (error) => thrown.push(error));
  const { supervisor } = aSupervisor();
  tap.belongsTo(supervisor, () => 'running');
  return { tap, thrown, supervisor };
}

const nobody = () => [];

test('is observed while an observer is attached, to it or to an ancestor', () => {
  const { tap: above } = aTap();
  const { tap } = aTap(above);
  expect(tap.isObserved).toBe(false);
  const first = above.attach({}, nobody);
  const second = tap.attach({}, nobody);
  expect([above.isObserved, tap.isObserved]).toEqual([true, true]);
  first.unsubscribe();
  expect([above.isObserved, tap.isObserved]).toEqual([false, true]);
  second.unsubscribe();
  second.unsubscribe();
  expect(tap.isObserved).toBe(false);
});

test('hands everything to its observers, then to those of its ancestors, with the supervisor it belongs to', () => {
  const { tap: above, supervisor: parent } = aTap();
  const { tap, supervisor } = aTap(above);
  const calls: unknown[] = [];
  const observer = (name: string): Observer => ({
    began: (subject, state) => calls.push([name, 'began', subject, state]),
    stepped: (subject, step) => calls.push([name, 'stepped', subject.machine, step]),
    noted: (subject, what) => calls.push([name, 'noted', subject.machine, what]),
    ended: (subject, how) => calls.push([name, 'ended', subject.machine, how]),
  });
  above.attach(observer('above'), nobody);
  tap.attach(observer('here'), nobody);
  const subject = tap.ofSupervisor();
  const report = { name: 's', outcome: 'stopped', reason: 'normal', connections: 0 } as const;
  const step: ObservedStep = { event: { type: 'stop' }, from: 'running', to: 'stopping', effects: ['stopChildren'] };
  tap.began(subject, 'running');
  tap.stepped(subject, { type: 'stop' }, { path: 'running' }, { path: 'stopping' }, ['stopChildren']);
  tap.noted(subject, note);
  tap.ended(subject, report);
  const whole: Subject = { machine: 'supervisor', supervisor, parent };
  expect(calls).toEqual([
    ['here', 'began', whole, 'running'],
    ['above', 'began', whole, 'running'],
    ['here', 'stepped', 'supervisor', step],
    ['above', 'stepped', 'supervisor', step],
    ['here', 'noted', 'supervisor', note],
    ['above', 'noted', 'supervisor', note],
    ['here', 'ended', 'supervisor', report],
    ['above', 'ended', 'supervisor', report],
  ]);
});

test('reports what is there already to an observer that asks for beginnings, and to no other', () => {
  const { tap } = aTap();
  const seen: Subject[] = [];
  let asked = 0;
  const present = () => {
    asked += 1;
    return [{ subject: tap.ofSupervisor(), state: 'running' }];
  };
  tap.attach({ stepped() {} }, present);
  expect(asked).toBe(0);
  tap.attach({ began: (subject) => seen.push(subject) }, present);
  expect(seen).toEqual([tap.ofSupervisor()]);
});

test('detaches an observer that throws, reports the error, and goes on with the others', () => {
  const { tap, thrown } = aTap();
  const seen: Note[] = [];
  const error = new Error('bad observer');
  let calls = 0;
  tap.attach(
    {
      noted() {
        calls += 1;
        throw error;
      },
    },
    nobody,
  );
  tap.attach({ noted: (_, what) => seen.push(what) }, nobody);
  tap.noted(tap.ofSupervisor(), note);
  tap.noted(tap.ofSupervisor(), note);
  expect({ calls, thrown, seen }).toEqual({ calls: 1, thrown: [error], seen: [note, note] });
});

test('an observer given twice is two observers', () => {
  const { tap } = aTap();
  let calls = 0;
  const observer: Observer = { noted: () => (calls += 1) };
  const first = tap.attach(observer, nobody);
  tap.attach(observer, nobody);
  tap.noted(tap.ofSupervisor(), note);
  first.unsubscribe();
  tap.noted(tap.ofSupervisor(), note);
  expect(calls).toBe(3);
});

test.each([
  [undefined, 'observe: observer'],
  ['began', 'observe: observer'],
  [{ stepped: true }, 'observe: observer.stepped'],
])('refuses what is no observer: %j', (given, option) => {
  const { tap } = aTap();
  expect(() => tap.attach(given as Observer, nobody)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(option) }),
  );
  expect(() => tap.attach(given as Observer, nobody)).toThrow(OptionError);
  expect(tap.isObserved).toBe(false);
});
