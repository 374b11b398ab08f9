import { expect } from 'vitest';
import { type Actor, type AnyStateMachine, assign, createActor, fromPromise, setup } from 'xstate';
import type { HeapClock } from '../../../src/testing/heap-clock.js';
import type { Driver } from '../../../src/testing/model/driver.js';
import type { TestModelOptions } from '../../../src/testing/model/test-model.js';

export type OrderEvent =
  | { readonly type: 'add'; readonly item: string }
  | { readonly type: 'remove' }
  | { readonly type: 'checkout' }
  | { readonly type: 'address'; readonly street: string }
  | { readonly type: 'retry' }
  | { readonly type: 'cancel' };

/** A machine with everything: context, guards, delays, `always`, nested, parallel, and history states, an actor. */
const ORDER = {
  id: 'order',
  context: { items: [] as readonly string[] },
  initial: 'shopping',
  states: {
    shopping: {
      initial: 'empty',
      states: {
        empty: { on: { add: { target: 'filled', actions: 'addItem' } } },
        filled: {
          on: {
            add: { guard: 'hasRoom', actions: 'addItem' },
            remove: [{ guard: 'isLast', target: 'empty', actions: 'removeItem' }, { actions: 'removeItem' }],
            checkout: '#order.checkout',
          },
        },
        last: { type: 'history' },
      },
    },
    checkout: {
      type: 'parallel',
      states: {
        payment: {
          initial: 'pending',
          states: {
            pending: { invoke: { id: 'charge', src: 'charge', onDone: 'paid', onError: 'refused' } },
            refused: { on: { retry: 'pending' } },
            paid: { type: 'final' },
          },
        },
        address: {
          initial: 'asked',
          states: {
            asked: { on: { address: { guard: 'isComplete', target: 'given' } } },
            given: { type: 'final' },
          },
        },
      },
      on: { cancel: 'shopping.last' },
      after: { 60000: 'shopping.last' },
      onDone: 'packing',
    },
    packing: { always: [{ guard: 'isBig', target: 'crate' }, { target: 'box' }] },
    crate: { after: { 2000: 'sent' } },
    box: { after: { 1000: 'sent' } },
    sent: { type: 'final' },
  },
} as const;

const order = setup({
  types: { context: {} as { items: readonly string[] }, events: {} as OrderEvent },
  actors: { charge: fromPromise(() => new Promise(() => {})) },
  guards: {
    hasRoom: ({ context }) => context.items.length < 2,
    isLast: ({ context }) => context.items.length === 1,
    isBig: ({ context }) => context.items.length > 1,
    isComplete: ({ event }) => event.type === 'address' && event.street !== '',
  },
  actions: {
    addItem: assign({
      items: ({ context, event }) => (event.type === 'add' ? [...context.items, event.item] : context.items),
    }),
    removeItem: assign({ items: ({ context }) => context.items.slice(0, -1) }),
  },
});

export const orderMachine = order.createMachine(ORDER);

/** The same machine with a fault in its source. */
export function faultyOrder(spoil: (config: MutableConfig) => void): AnyStateMachine {
  const config = structuredClone(ORDER) as unknown as MutableConfig;
  spoil(config);
  return order.createMachine(config);
}

/** The config as plain data, to be spoiled. */
// biome-ignore lint/suspicious/noExplicitAny: a config that is spoiled has no type any more
export type MutableConfig = any;

/** A shop that runs a machine as an actor, with a bank that answers on request. */
export class Shop {
  readonly actor: Actor<AnyStateMachine>;
  readonly clock: HeapClock;
  #bank: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(machine: AnyStateMachine, { clock }: { readonly clock: HeapClock }) {
    this.clock = clock;
    const charge = fromPromise(
      () =>
        new Promise<void>((resolve, reject) => {
          this.#bank = { resolve, reject };
        }),
    );
    this.actor = createActor(machine.provide({ actors: { charge } }), { clock });
    // An error that the machine does not handle shows in its state.
    this.actor.subscribe({ error: () => {} });
    this.actor.start();
  }

  async answer(isPaid: boolean): Promise<void> {
    if (isPaid) this.#bank?.resolve();
    else this.#bank?.reject(new Error('refused'));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const ORDER_EVENTS = [
  { type: 'add', item: 'tea' },
  { type: 'remove' },
  { type: 'checkout' },
  { type: 'address', street: '' },
  { type: 'address', street: 'Main Street 1' },
  { type: 'retry' },
  { type: 'cancel' },
  { type: 'xstate.done.actor.charge', output: undefined },
  { type: 'xstate.error.actor.charge', error: new Error('refused') },
] as const;

export const shopDriver = (machine: AnyStateMachine): Driver<typeof orderMachine, Shop> => ({
  start: (run) => new Shop(machine, run),
  events: {
    'xstate.done.actor.charge': (shop) => shop.answer(true),
    'xstate.error.actor.charge': (shop) => shop.answer(false),
    '*': ({ actor }, event) => actor.send(event),
  },
  states: {
    '*': ({ actor }, { snapshot }) => {
      const { value, context, status } = actor.getSnapshot();
      expect({ value, context, status }).toEqual({
        value: snapshot.value,
        context: snapshot.context,
        status: snapshot.status,
      });
    },
  },
  end: ({ actor }) => actor.stop(),
});

/** What a test model of the order machine takes, for a shop that runs this one. */
export const orderOptions = (machine: AnyStateMachine = orderMachine): TestModelOptions<typeof orderMachine, Shop> => ({
  events: ORDER_EVENTS,
  // A shop may be asked for what it does not do then.
  ignored: ORDER_EVENTS,
  driver: shopDriver(machine),
});
