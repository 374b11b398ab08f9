import { readFileSync } from 'node:fs';
import { firstValueFrom, map, Observable, Subject, Subscriber } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { createActor, setup } from 'xstate';

/** What the package relies on although its owner does not document it. Pinned here to the installed versions. */
describe('RxJS', () => {
  test('has `subscribe` call `_subscribe` with a Subscriber, and what that returns when the subscriber leaves', () => {
    const notes: unknown[] = [];
    class Own extends Observable<number> {
      protected _subscribe(subscriber: Subscriber<number>): () => void {
        notes.push(subscriber instanceof Subscriber);
        return () => notes.push('left');
      }
    }
    const subscription = new Own().subscribe(() => {});
    expect(notes).toEqual([true]);
    subscription.unsubscribe();
    expect(notes).toEqual([true, 'left']);
  });

  test('uses an object that has the members of a Subscriber as it is', () => {
    const seen: unknown[] = [];
    class Own extends Observable<number> {
      protected _subscribe(subscriber: Subscriber<number>): () => void {
        seen.push(subscriber);
        return () => {};
      }
    }
    const none = () => {};
    const duck = { next: none, error: none, complete: none, closed: false, add: none, remove: none, unsubscribe: none };
    new Own().subscribe(duck);
    expect(seen).toEqual([duck]);
    expect(seen[0]).toBe(duck);
  });

  test('makes the results of operators by `lift` of their source', () => {
    let lifts = 0;
    class Lifting extends Observable<number> {
      override lift<R>(): Observable<R> {
        lifts += 1;
        return new Observable<R>();
      }
    }
    new Lifting().pipe(map((value) => value));
    expect(lifts).toBe(1);
  });

  test('keeps the observer of `firstValueFrom` in `destination.partialObserver`', async () => {
    const kinds: string[] = [];
    const source = new Observable<number>((subscriber) => {
      const { destination } = subscriber as unknown as { destination?: { partialObserver?: { next?: unknown } } };
      kinds.push(typeof destination?.partialObserver?.next);
      subscriber.next(1);
    });
    await firstValueFrom(source);
    expect(kinds).toEqual(['function']);
  });

  test('ends a Subscriber by `_error` and `_complete`', () => {
    const calls: string[] = [];
    class Ending extends Subscriber<number> {
      protected override _error(): void {
        calls.push('error');
      }

      protected override _complete(): void {
        calls.push('complete');
      }
    }
    const subject = new Subject<number>();
    subject.subscribe(new Ending());
    subject.complete();
    new Observable<number>((subscriber) => subscriber.error(new Error('x'))).subscribe(new Ending());
    expect(calls).toEqual(['complete', 'error']);
  });
});

describe('XState', () => {
  const child = setup({}).createMachine({ initial: 'on', states: { on: {} } });
  const parent = setup({ actors: { child } }).createMachine({
    initial: 'alone',
    states: { alone: { on: { invoke: 'together' } }, together: { invoke: { src: 'child', id: 'child' } } },
  });

  test('reports each new actor of a system to `_sendInspectionEvent`', () => {
    const actor = createActor(parent);
    const system = actor.system as unknown as { _sendInspectionEvent: (event: { type: string }) => void };
    expect(typeof system._sendInspectionEvent).toBe('function');
    const types: string[] = [];
    const send = system._sendInspectionEvent;
    system._sendInspectionEvent = (event) => {
      types.push(event.type);
      send(event);
    };
    actor.start();
    actor.send({ type: 'invoke' });
    expect(types.filter((type) => type === '@xstate.actor')).toHaveLength(1);
    actor.stop();
  });

  test('stops a child by the event `xstate.stop`', () => {
    const actor = createActor(parent).start();
    actor.send({ type: 'invoke' });
    const invoked = actor.getSnapshot().children['child'];
    expect(invoked?.getSnapshot().status).toBe('active');
    invoked?.send({ type: 'xstate.stop' });
    expect(invoked?.getSnapshot().status).toBe('stopped');
    actor.stop();
  });
});

test.each(['@wirekeeper/plain-ws', 'rxjs', 'xstate'])('a new minor version of %s comes in on purpose only', (name) => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(dependencies[name]).toMatch(/^(npm:ws@)?~/);
});
