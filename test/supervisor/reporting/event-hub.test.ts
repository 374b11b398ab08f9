import { finalize } from 'rxjs';
import { expect, test } from 'vitest';
import type { SupervisorEvent } from '../../../src/supervisor/api/events.js';
import { EventHub } from '../../../src/supervisor/reporting/event-hub.js';

const first: SupervisorEvent = { type: 'supervisor.stopping', supervisor: 's' };
const second: SupervisorEvent = {
  type: 'supervisor.stopped',
  supervisor: 's',
  report: { name: 's', outcome: 'stopped', reason: 'normal', connections: 0 },
};

function aHub() {
  const hub = new EventHub((error) => hub.publish({ type: 'observer.threw', error }));
  return hub;
}

test('keeps the order for every subscriber when a subscriber causes another event', () => {
  const hub = aHub();
  const seen: string[] = [];
  hub.events$.subscribe((event) => {
    seen.push(`A ${event.type}`);
    if (event === first) hub.publish(second);
  });
  hub.events$.subscribe((event) => seen.push(`B ${event.type}`));
  hub.publish(first);
  expect(seen).toEqual([
    'A supervisor.stopping',
    'B supervisor.stopping',
    'A supervisor.stopped',
    'B supervisor.stopped',
  ]);
});

test('detaches a subscriber that throws, and reports that to the others', () => {
  const hub = aHub();
  const seen: SupervisorEvent[] = [];
  const error = new Error('bad subscriber');
  let calls = 0;
  hub.events$.subscribe(() => {
    calls += 1;
    throw error;
  });
  hub.events$.subscribe((event) => seen.push(event));
  hub.publish(first);
  hub.publish(second);
  expect(calls).toBe(1);
  expect(seen).toEqual([first, { type: 'observer.threw', error }, second]);
});

test('detaches a chain of operators that throws, and reports what it throws while it unsubscribes as well', () => {
  const hub = aHub();
  const seen: SupervisorEvent[] = [];
  const [error, atLeaving] = [new Error('bad operator'), new Error('bad finalizer')];
  const calls: string[] = [];
  const fail = (thrown: Error) => {
    throw thrown;
  };
  hub.events$.pipe(finalize(() => fail(atLeaving))).subscribe(({ type }) => {
    calls.push(type);
    fail(error);
  });
  hub.events$.subscribe((event) => seen.push(event));
  hub.publish(first);
  hub.publish(second);
  expect(calls).toEqual([first.type]);
  expect(seen.map((event) => ('error' in event ? event.error : event))).toEqual([
    first,
    error,
    expect.objectContaining({ name: 'UnsubscriptionError', errors: [atLeaving] }),
    second,
  ]);
});

test('writes events as JSON with the thrown value', () => {
  const hub = aHub();
  const seen: SupervisorEvent[] = [];
  hub.events$.subscribe((event) => seen.push(event));
  hub.publish({ type: 'observer.threw', error: new TypeError('bug') });
  expect(JSON.parse(JSON.stringify(seen))).toEqual([
    { type: 'observer.threw', error: { name: 'TypeError', message: 'bug' } },
  ]);
});

test('creates no events without subscribers', () => {
  const hub = aHub();
  expect(hub.isObserved).toBe(false);
  hub.publish(first);
  const seen: SupervisorEvent[] = [];
  hub.events$.subscribe((event) => seen.push(event));
  expect(hub.isObserved).toBe(true);
  expect(seen).toEqual([]);
});

test('completes, and completes later subscribers', () => {
  const hub = aHub();
  let completed = 0;
  hub.events$.subscribe({ complete: () => (completed += 1) });
  hub.complete();
  hub.events$.subscribe({ complete: () => (completed += 1) });
  expect(completed).toBe(2);
});
