/** A test that cannot fail proves nothing: each of these systems has one fault, and each is caught. */
import { describe, expect, test } from 'vitest';
import { createTestModel } from '../../../src/testing/model/create-test-model.js';
import type { Driver } from '../../../src/testing/model/driver.js';
import { ModelTestError } from '../../../src/testing/model/model-test-error.js';
import { faultyOrder, type MutableConfig, orderMachine, orderOptions, Shop, shopDriver } from './order.js';

test('a sound system passes: paths take every transition, every answer of every guard, and every pair', async () => {
  const model = createTestModel(orderMachine, { ...orderOptions(), ignored: [] });
  await model.testPaths({ cover: 'pairs' });
  model.coverage.assertFull({ of: ['states', 'transitions', 'guards', 'pairs'] });
});

const machines: readonly (readonly [string, (config: MutableConfig) => void])[] = [
  ['ignores an event', ({ states }) => delete states.shopping.states.empty.on.add],
  ['goes to the wrong state', ({ states }) => (states.shopping.states.filled.on.checkout = '#order.packing')],
  ['goes to the wrong inner state', ({ states }) => (states.checkout.on.cancel = 'shopping.empty')],
  ['forgets what history is for', ({ states }) => (states.checkout.after[60_000] = 'shopping.empty')],
  ['asks its guards in the wrong order', ({ states }) => states.shopping.states.filled.on.remove.reverse()],
  ['asks no guard', ({ states }) => delete states.shopping.states.filled.on.add.guard],
  ['asks another guard', ({ states }) => (states.shopping.states.filled.on.add.guard = 'isBig')],
  ['forgets an action', ({ states }) => delete states.shopping.states.filled.on.remove[1].actions],
  ['does another action', ({ states }) => (states.shopping.states.filled.on.add.actions = 'removeItem')],
  ['waits too long', ({ states }) => (states.crate.after = { 2001: 'sent' })],
  ['does not wait long enough', ({ states }) => (states.checkout.after = { 59999: 'shopping.last' })],
  ['waits for ever', ({ states }) => delete states.box.after],
  ['takes the other way by itself', ({ states }) => states.packing.always.reverse()],
  ['takes a failed actor for a successful one', ({ states }) => (charge(states).onError = 'paid')],
  ['does not hear its actor', ({ states }) => delete charge(states).onDone],
  ['starts no actor', ({ states }) => delete states.checkout.states.payment.states.pending.invoke],
  ['goes on when one of two regions has ended', ({ states }) => (states.checkout.states.address.states.given = {})],
  ['takes an event where it should not', ({ states }) => (states.crate.on = { cancel: 'shopping' })],
  ['ends too early', ({ states }) => (states.box.type = 'final')],
  ['begins elsewhere', (config) => (config.states.shopping.initial = 'filled')],
];

const charge = (states: MutableConfig) => states.checkout.states.payment.states.pending.invoke;

describe('a machine that', () => {
  test.each(machines)('%s is caught on a path', async (_fault, spoil) => {
    const model = createTestModel(orderMachine, orderOptions(faultyOrder(spoil)));
    await expect(model.testPaths()).rejects.toBeInstanceOf(ModelTestError);
  });

  test.each(machines.filter((_, index) => index % 3 === 0))('%s is caught on a random walk', async (_fault, spoil) => {
    const model = createTestModel(orderMachine, { ...orderOptions(faultyOrder(spoil)), ignored: [] });
    const walks = model.testWalks({ runs: 5_000, seed: 1, shrinkWithinMs: 500 });
    await expect(walks).rejects.toHaveProperty('replay', expect.stringMatching(/^1:30:/));
  });
});

type OrderDriver = Driver<typeof orderMachine, Shop>;

const drivers: readonly (readonly [string, (driver: OrderDriver) => Partial<OrderDriver>, RegExp])[] = [
  ['does nothing', ({ events }) => ({ events: { ...events, retry: () => {} } }), /driver\.states/],
  [
    'does it twice',
    ({ events }) => ({
      events: {
        ...events,
        add: ({ actor }, event) => {
          actor.send(event);
          actor.send(event);
        },
      },
    }),
    /driver\.states/,
  ],
  [
    'loses the payload',
    ({ events }) => ({ events: { ...events, add: ({ actor }) => actor.send({ type: 'add', item: '' }) } }),
    /driver\.states/,
  ],
  ['lets no time pass', () => ({ advance: () => {} }), /driver\.states/],
  [
    'takes its time',
    ({ events }) => ({
      events: {
        ...events,
        checkout: async ({ actor, clock }, event) => {
          actor.send(event);
          await clock.advanceAsync(1);
        },
      },
    }),
    /driver\.states/,
  ],
  [
    'throws',
    ({ events }) => ({
      events: {
        ...events,
        cancel: () => {
          throw new Error('no such button');
        },
      },
    }),
    /driver\.events\["cancel"\] threw: no such button/,
  ],
  [
    'rejects',
    ({ events }) => ({ events: { ...events, cancel: () => Promise.reject(new Error('no such page')) } }),
    /driver\.events\["cancel"\] threw: no such page/,
  ],
  ['does not start', () => ({ start: () => Promise.reject(new Error('no port')) }), /driver\.start threw: no port/],
  [
    'starts the wrong machine',
    () => ({
      start: (run) =>
        new Shop(
          faultyOrder((config) => (config.initial = 'crate')),
          run,
        ),
    }),
    /on shopping\.empty\ndriver\.states/,
  ],
  ['cannot end', () => ({ end: () => Promise.reject(new Error('still busy')) }), /driver\.end threw: still busy/],
  [
    'leaves timers behind',
    ({ start }) => ({
      start: (run) => {
        run.clock.setTimeout(() => {}, 10 ** 9);
        return start(run);
      },
    }),
    /driver\.end has left 1 timers on the clock/,
  ],
];

describe('a driver that', () => {
  test.each(drivers)('%s is caught', async (_fault, spoil, message) => {
    const sound = shopDriver(orderMachine);
    const driver = { ...sound, ...spoil(sound) };
    await expect(createTestModel(orderMachine, { ...orderOptions(), driver }).testPaths()).rejects.toThrow(message);
  });
});
