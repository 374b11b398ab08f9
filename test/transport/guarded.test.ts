import {
  concatMap,
  debounce,
  delay,
  filter,
  finalize,
  firstValueFrom,
  lastValueFrom,
  map,
  mergeMap,
  mergeWith,
  NEVER,
  Observable,
  type OperatorFunction,
  of,
  pipe,
  Subject,
  Subscriber,
  Subscription,
  scan,
  share,
  switchMap,
  takeWhile,
  tap,
  throwError,
  toArray,
} from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import { Guarded } from '../../src/transport/guarded.js';
import { eventually } from '../support/eventually.js';

test('brings the throw of a direct subscriber to its owner, and goes on with the others', () => {
  const threw = vi.fn();
  const seen: number[] = [];
  const stream = new Guarded<number>(threw);
  stream.subscribe(() => {
    throw new Error('bad subscriber');
  });
  stream.subscribe((value) => seen.push(value));
  stream.next(1);
  stream.next(2);
  expect(seen).toEqual([1, 2]);
  expect(threw).toHaveBeenCalledTimes(2);
});

test('guards observers given as objects, their complete included', () => {
  const threw = vi.fn();
  const stream = new Guarded<number>(threw);
  stream.subscribe({
    next() {
      throw new Error('bad next');
    },
    complete() {
      throw new Error('bad complete');
    },
  });
  stream.next(1);
  stream.complete();
  expect(threw.mock.calls.map(([error]) => (error as Error).message)).toEqual(['bad next', 'bad complete']);
});

test('hands out the subscription that threw, so that it can be detached', () => {
  const seen: number[] = [];
  const stream = new Guarded<number>((_error, subscription) => subscription.unsubscribe());
  stream.subscribe((value) => {
    seen.push(value);
    throw new Error('bad subscriber');
  });
  stream.next(1);
  stream.next(2);
  expect(seen).toEqual([1]);
});

test('operators work on it, and completion reaches them', () => {
  const seen: unknown[] = [];
  const stream = new Guarded<number>(() => {});
  stream
    .pipe(map((value) => value * 2))
    .subscribe({ next: (value) => seen.push(value), complete: () => seen.push('complete') });
  stream.next(21);
  stream.complete();
  expect(seen).toEqual([42, 'complete']);
});

test('accepts a complete callback as its third argument', () => {
  const complete = vi.fn();
  const stream = new Guarded<number>(() => {});
  stream.subscribe(() => {}, null, complete);
  stream.complete();
  expect(complete).toHaveBeenCalledOnce();
});

describe('behind operators', () => {
  /** Throws at the second of three values. */
  const picky = (value: number) => {
    if (value === 2) throw new Error('bad operator');
    return value;
  };
  const messages = (threw: ReturnType<typeof vi.fn>) => threw.mock.calls.map(([error]) => (error as Error).message);

  function aStream() {
    const threw = vi.fn();
    const neighbour: number[] = [];
    const stream = new Guarded<number>(threw);
    const emit = (from = 1) => {
      for (const value of [from, from + 1, from + 2]) stream.next(value);
    };
    return { threw, neighbour, stream, emit };
  }

  const OPERATORS: Readonly<Record<string, OperatorFunction<number, unknown>>> = {
    map: map(picky),
    filter: filter((value) => picky(value) > 0),
    'tap, two deep': pipe(
      tap(picky),
      map((value) => value * 2),
    ),
    scan: scan((sum, value) => sum + picky(value), 0),
    switchMap: switchMap((value) => of(picky(value))),
    'mergeMap with a promise that rejects': mergeMap(async (value) => picky(value)),
    'concatMap with an observable that errs': concatMap((value) =>
      value === 2 ? throwError(() => new Error('bad operator')) : of(value),
    ),
    share: pipe(share(), map(picky)),
    'share of what throws': pipe(map(picky), share()),
    'toArray of what throws': pipe(map(picky), toArray()),
    'mergeWith another stream': pipe(mergeWith(NEVER), map(picky)),
    'debounce by what throws': debounce((value) => of(picky(value))),
    'delay, then throw': pipe(delay(0), map(picky)),
    'endless with the value': pipe(
      takeWhile(() => true),
      map(picky),
    ),
  };

  test.each(Object.entries(OPERATORS))(
    'brings the throw to the owner, once, and the others live: %s',
    async (_name, operator) => {
      const { threw, neighbour, stream, emit } = aStream();
      stream.pipe(operator).subscribe();
      stream.subscribe((value) => neighbour.push(value));
      emit();
      await eventually(() => threw.mock.calls.length > 0, 'the throw to arrive');
      emit(3);
      expect(messages(threw)).toEqual(['bad operator']);
      expect(neighbour).toEqual([1, 2, 3, 3, 4, 5]);
    },
  );

  test('brings a throw in next and in complete of the last consumer to the owner', () => {
    const { threw, stream } = aStream();
    stream.pipe(map((value) => value)).subscribe({
      next() {
        throw new Error('bad next');
      },
      complete() {
        throw new Error('bad complete');
      },
    });
    stream.next(1);
    stream.complete();
    expect(messages(threw)).toEqual(['bad next', 'bad complete']);
  });

  test.each([
    ['last', pipe(map<number, number>(picky), finalize(badFinalizer))],
    ['before another operator', pipe(finalize<number>(badFinalizer), map(picky))],
    ['before share', pipe(finalize<number>(badFinalizer), share())],
  ] as const)('brings the throw of a finalizer at the end to the owner: %s', (_name, operator) => {
    const { threw, stream } = aStream();
    const end = vi.fn();
    stream.pipe(operator).subscribe();
    stream.subscribe({ complete: end });
    stream.complete();
    expect(threw).toHaveBeenCalledOnce();
    expect(end).toHaveBeenCalledOnce();
  });

  test('leaves errors to a consumer with a handler of its own, and has what that throws', () => {
    const { threw, stream, emit } = aStream();
    const error = vi.fn(() => {
      throw new Error('bad handler');
    });
    stream.pipe(map(picky)).subscribe({ error });
    emit();
    expect(error).toHaveBeenCalledOnce();
    expect(messages(threw)).toEqual(['bad handler']);
  });

  test('takes an error handler as its second argument', () => {
    const { threw, stream, emit } = aStream();
    const error = vi.fn();
    stream.pipe(map(picky)).subscribe(null, error);
    emit();
    expect(error).toHaveBeenCalledOnce();
    expect(threw).not.toHaveBeenCalled();
  });

  test('leaves the rejection to firstValueFrom, lastValueFrom, forEach and toPromise', async () => {
    const { threw, stream, emit } = aStream();
    const chain = stream.pipe(map(picky));
    const waits = [
      firstValueFrom(chain.pipe(filter((value) => value > 1))),
      lastValueFrom(chain),
      chain.forEach(() => {}),
    ];
    const outcomes = Promise.allSettled(waits);
    emit();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(threw).not.toHaveBeenCalled();
  });

  test.each([
    ['of callbacks', (next: (value?: number) => void) => Subscriber.create<number>(next)],
    [
      'of an observer',
      (next: (value: number) => void) =>
        new Subscriber<number>({ next, error: undefined, complete: () => {} } as never),
    ],
    ['of nothing', () => new Subscriber<number>()],
  ] as const)('guards a Subscriber %s', (_name, make) => {
    const { threw, stream, emit } = aStream();
    stream.pipe(map(picky)).subscribe(make(() => {}));
    stream.subscribe(
      make(() => {
        throw new Error('bad next');
      }),
    );
    emit();
    expect(messages(threw)).toContain('bad operator');
  });

  test('hands errors of operators to a Subject, whose consumers are no longer its own', () => {
    const { threw, stream, emit } = aStream();
    const subject = new Subject<number>();
    const error = vi.fn();
    subject.subscribe({ error });
    stream.pipe(map(picky)).subscribe(subject);
    emit();
    expect(error).toHaveBeenCalledOnce();
    expect(threw).not.toHaveBeenCalled();
  });

  test('lets a consumer leave within next', () => {
    const { threw, stream, emit } = aStream();
    const seen: number[] = [];
    const subscription = stream.pipe(map((value) => value)).subscribe((value) => {
      seen.push(value);
      subscription.unsubscribe();
    });
    emit();
    expect(seen).toEqual([1]);
    expect(stream.observed).toBe(false);
    expect(threw).not.toHaveBeenCalled();
  });

  test('has what a subscriber of another make throws', () => {
    class Rude extends Subscriber<number> {
      protected override _next(): void {
        throw new Error('rude');
      }
    }
    const { threw, neighbour, stream } = aStream();
    stream.subscribe(new Rude());
    stream.subscribe((value) => neighbour.push(value));
    stream.next(1);
    expect(messages(threw)).toEqual(['rude']);
    expect(neighbour).toEqual([1]);
  });
});

describe('what it relies on inside of RxJS', () => {
  test('pipe makes each stage by lift, of the class of the one before', () => {
    const lifted = new Guarded<number>(() => {}).pipe(map((value) => value));
    expect(lifted.constructor.name).toBe('GuardedChain');
    expect(lifted.pipe(filter(Boolean), share(), mergeWith(NEVER), toArray()).constructor).toBe(lifted.constructor);
  });

  test('operators subscribe with Subscribers that lead to the next one, ends with one that leads to an observer', () => {
    const seen: unknown[] = [];
    const source = new Observable<number>();
    source.lift = (operator) => {
      const lifted = new Observable<never>();
      lifted.source = new Observable();
      lifted.source.subscribe = (subscriber: unknown) => {
        seen.push((subscriber as { destination: unknown }).destination);
        return new Subscription();
      };
      lifted.operator = operator as never;
      return lifted;
    };
    const end = Subscriber.create<number>();
    source.pipe(map((value) => value)).subscribe(end);
    expect(seen).toEqual([end]);
    expect((end as unknown as { destination: object }).destination).toHaveProperty('partialObserver');
  });
});

function badFinalizer(): never {
  throw new Error('bad finalizer');
}

test.each<[string, (stream: Guarded<number>, fail: () => unknown) => void]>([
  ['a function', (stream, fail) => stream.subscribe(fail)],
  ['an observer', (stream, fail) => stream.subscribe({ next: fail })],
  ['a function behind operators', (stream, fail) => stream.pipe(map((value) => value)).subscribe(fail)],
  ['complete', (stream, fail) => stream.subscribe({ complete: fail })],
  [
    'an error handler',
    (stream, fail) => stream.pipe(mergeMap(() => throwError(() => new Error('x')))).subscribe({ error: fail }),
  ],
])('brings the rejection of an async consumer to the owner: %s', async (_what, subscribe) => {
  const threw = vi.fn();
  const stream = new Guarded<number>(threw);
  const failLater: () => unknown = () => Promise.reject(new Error('bad later'));
  subscribe(stream, failLater);
  stream.next(1);
  stream.complete();
  await eventually(() => threw.mock.calls.length > 0, 'the rejection to arrive');
  expect(threw.mock.calls.map(([error]) => (error as Error).message)).toEqual(['bad later']);
});
