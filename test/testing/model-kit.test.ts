import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { type ModelledSystem, walkPaths } from '../../src/testing/model-kit.js';

type TapEvent = { readonly type: 'turn'; readonly by: number } | { readonly type: 'shut' } | { readonly type: 'break' };

const tapMachine = setup({ types: { events: {} as TapEvent } }).createMachine({
  id: 'tap',
  initial: 'closed',
  states: {
    closed: { on: { turn: 'running', break: 'broken' } },
    running: { on: { shut: 'closed', turn: 'running', break: 'broken' } },
    broken: { type: 'final' },
  },
});

const events: readonly TapEvent[] = [
  { type: 'turn', by: 1 },
  { type: 'turn', by: 90 },
  { type: 'shut' },
  { type: 'break' },
];

/** A tap as its model has it, with a log. */
class Tap implements ModelledSystem<TapEvent> {
  state = 'closed';
  readonly log: string[] = [];

  apply(event: TapEvent): void {
    this.log.push(event.type === 'turn' ? `turn ${event.by}` : event.type);
    this.state = { turn: 'running', shut: 'closed', break: 'broken' }[event.type];
  }

  check(state: string): void {
    expect(this.state).toBe(state);
  }
}

/** Turned far it breaks: only one variant of the payload shows it. */
class BrittleTap extends Tap {
  override apply(event: TapEvent): void {
    super.apply(event);
    if (event.type === 'turn' && event.by > 45) this.state = 'broken';
  }
}

describe('walking a system through its model', () => {
  test('takes every transition, and every variant of its event', async () => {
    const walked: string[] = [];
    const coverage = await walkPaths(tapMachine, {
      events,
      system: () => {
        const tap = new Tap();
        return Object.assign(tap, { [Symbol.asyncDispose]: async () => void walked.push(tap.log.join(', ')) });
      },
    });
    expect(coverage.missing).toEqual([]);
    expect(walked.sort()).toEqual([
      'break',
      'turn 1, break',
      'turn 1, shut',
      'turn 1, turn 1',
      'turn 1, turn 90',
      'turn 90',
    ]);
  });

  test('gives the system the steps beforehand', async () => {
    await walkPaths(tapMachine, {
      events,
      system: (path) => {
        const left = [...path];
        return { apply: (event) => expect(event).toBe(left.shift()?.event), check: () => {} };
      },
    });
  });

  test('reports a transition without an event as missing, instead of passing it over', async () => {
    const coverage = await walkPaths(tapMachine, { events: [{ type: 'turn', by: 1 }], system: () => new Tap() });
    expect(coverage.missing).toEqual(['closed: break', 'running: shut', 'running: break']);
  });

  test('fails on the one variant that the system gets wrong, and says on which path', async () => {
    const walk = walkPaths(tapMachine, { events, system: () => new BrittleTap() });
    await expect(walk).rejects.toThrow(
      "tap: the system left its model on closed --{ type: 'turn', by: 90 }--> running",
    );
    await expect(walk).rejects.toHaveProperty('cause.message', expect.stringContaining('broken'));
  });

  test('releases a system whose path has failed', async () => {
    let released = 0;
    const system = () => Object.assign(new BrittleTap(), { [Symbol.asyncDispose]: async () => void released++ });
    await expect(walkPaths(tapMachine, { events: [{ type: 'turn', by: 90 }], system })).rejects.toThrow();
    expect(released).toBe(1);
  });

  test('checks the system before the first event', async () => {
    const system = () => Object.assign(new Tap(), { state: 'running' });
    await expect(walkPaths(tapMachine, { events, system })).rejects.toThrow('left its model on closed');
  });

  test('refuses a machine whose context counts without end', async () => {
    const counter = setup({ types: { context: {} as { n: number }, events: {} as { type: 'more' } } }).createMachine({
      id: 'counter',
      context: { n: 0 },
      on: { more: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
      initial: 'only',
      states: { only: {} },
    });
    await expect(walkPaths(counter, { events: [{ type: 'more' }], system: () => new Tap() as never })).rejects.toThrow(
      'counter: more than',
    );
  });
});
