import { describe, expect, test } from 'vitest';
import { Relay } from '../../src/transport/relay.js';

/** Writes down what comes, each with a name. */
function noting() {
  const notes: string[] = [];
  const named = (name: string) => ({
    next: (value: number) => notes.push(`${name} ${String(value)}`),
    complete: () => notes.push(`${name} end`),
  });
  return { notes, named };
}

test('delivers to every subscriber, in the order they came', () => {
  const { notes, named } = noting();
  const relay = new Relay<number>();
  for (const name of ['a', 'b', 'c']) relay.subscribe(named(name));
  relay.next(1);
  relay.next(2);
  expect(notes).toEqual(['a 1', 'b 1', 'c 1', 'a 2', 'b 2', 'c 2']);
});

test('is hot: what came before a subscription is gone', () => {
  const { notes, named } = noting();
  const relay = new Relay<number>();
  relay.next(1);
  relay.subscribe(named('a'));
  relay.next(2);
  expect(notes).toEqual(['a 2']);
});

test('knows whether it is observed', () => {
  const relay = new Relay<number>();
  expect(relay.observed).toBe(false);
  const a = relay.subscribe();
  const b = relay.subscribe();
  a.unsubscribe();
  expect(relay.observed).toBe(true);
  b.unsubscribe();
  expect(relay.observed).toBe(false);
});

describe('a subscriber that leaves', () => {
  test.each([[0], [1], [2]])('gets nothing more, and the others all: place %i', (place) => {
    const { notes, named } = noting();
    const relay = new Relay<number>();
    const subscriptions = ['a', 'b', 'c'].map((name) => relay.subscribe(named(name)));
    subscriptions[place]?.unsubscribe();
    relay.next(1);
    expect(notes).toEqual(['a 1', 'b 1', 'c 1'].filter((_note, i) => i !== place));
  });

  test('while a value is delivered is left out from the next one on', () => {
    const { notes, named } = noting();
    const relay = new Relay<number>();
    relay.subscribe(() => b.unsubscribe());
    const b = relay.subscribe(named('b'));
    relay.subscribe(named('c'));
    relay.next(1);
    relay.next(2);
    expect(notes).toEqual(['c 1', 'c 2']);
  });

  test('leaves its place to somebody who comes later, and each gets every value once', () => {
    const { notes, named } = noting();
    const relay = new Relay<number>();
    const a = relay.subscribe(named('a'));
    relay.subscribe(named('b'));
    a.unsubscribe();
    relay.subscribe(named('c'));
    relay.next(1);
    expect(notes.sort()).toEqual(['b 1', 'c 1']);
  });
});

test('a subscriber added while a value is delivered starts with the next one', () => {
  const { notes, named } = noting();
  const relay = new Relay<number>();
  let isFirst = true;
  relay.subscribe(() => {
    if (isFirst) relay.subscribe(named('late'));
    isFirst = false;
  });
  relay.next(1);
  relay.next(2);
  expect(notes).toEqual(['late 2']);
});

describe('completion', () => {
  test('is delivered once, to everybody, and releases them', () => {
    const { notes, named } = noting();
    const relay = new Relay<number>();
    relay.subscribe(named('a'));
    relay.subscribe(named('b'));
    relay.complete();
    relay.complete();
    relay.next(1);
    expect(notes).toEqual(['a end', 'b end']);
    expect(relay.observed).toBe(false);
  });

  test('is all that late subscribers get', () => {
    const { notes, named } = noting();
    const relay = new Relay<number>();
    relay.complete();
    relay.subscribe(named('late'));
    relay.next(1);
    expect(notes).toEqual(['late end']);
    expect(relay.observed).toBe(false);
  });
});
