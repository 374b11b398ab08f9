import {
  type AnyActorLogic,
  type AnyActorRef,
  assign,
  createMachine,
  emit,
  enqueueActions,
  fromCallback,
  fromPromise,
  fromTransition,
  spawnChild,
} from 'xstate';

/** What all of them throw. */
export const BUG = 'a bug of the user';

const crash = (): never => {
  throw new Error(BUG);
};

/** A callback actor that goes on until it is stopped. */
const patient = fromCallback(() => {});

/**
 * Logic that crashes in one place: some at once, some on the event `crash`, the others when they are stopped.
 */
export const CRASHING: Readonly<
  Record<string, { readonly logic: AnyActorLogic; readonly when: 'at once' | 'on event' | 'when stopped' }>
> = {
  'its initial context': { when: 'at once', logic: createMachine({ context: crash }) },
  'its first entry action': { when: 'at once', logic: createMachine({ entry: crash }) },
  'an action': { when: 'on event', logic: createMachine({ on: { crash: { actions: crash } } }) },
  'an assignment': { when: 'on event', logic: createMachine({ on: { crash: { actions: assign(crash) } } }) },
  'a guard': { when: 'on event', logic: createMachine({ on: { crash: { guard: crash } } }) },
  'a reducer': {
    when: 'on event',
    logic: fromTransition((state: number, { type }) => (type === 'crash' ? crash() : state), 0),
  },
  'a promise': { when: 'at once', logic: fromPromise(async () => crash()) },
  'an invoked promise': {
    when: 'at once',
    logic: createMachine({ invoke: { src: fromPromise(async () => crash()) } }),
  },
  'an invoked callback': { when: 'at once', logic: createMachine({ invoke: { src: fromCallback(crash) } }) },
  'the receiver of an invoked callback': {
    when: 'on event',
    logic: createMachine({
      invoke: { id: 'child', src: fromCallback(({ receive }) => receive(crash)) },
      on: { crash: { actions: enqueueActions(({ enqueue }) => enqueue.sendTo('child', { type: 'crash' })) } },
    }),
  },
  'a spawned machine': {
    when: 'on event',
    logic: createMachine({ on: { crash: { actions: spawnChild(createMachine({ entry: crash }), { id: 'child' }) } } }),
  },
  'a delayed transition': {
    when: 'at once',
    logic: createMachine({ initial: 'a', states: { a: { after: { 1: 'b' } }, b: { entry: crash } } }),
  },
  'a subscriber': { when: 'at once', logic: createMachine({ entry: ({ self }) => void self.subscribe(crash) }) },
  'a selecting subscriber': {
    when: 'on event',
    logic: createMachine({
      context: { count: 0 },
      entry: ({ self }) => void self.select(({ context }) => context.count).subscribe(crash),
      on: { crash: { actions: assign({ count: 1 }) } },
    }),
  },
  "a child's subscriber": {
    when: 'on event',
    logic: createMachine({
      context: { child: undefined as AnyActorRef | undefined },
      on: {
        crash: {
          actions: [
            assign({ child: ({ spawn }) => spawn(patient, { id: 'child' }) }),
            ({ context }) => void context.child?.subscribe(crash),
          ],
        },
      },
    }),
  },
  'a listener to what it emits': {
    when: 'on event',
    logic: createMachine({
      entry: ({ self }) => void self.on('*', crash),
      on: { crash: { actions: emit({ type: 'noise' }) } },
    }),
  },
  'an inspector': {
    when: 'on event',
    logic: createMachine({
      entry: ({ system }) => void system.inspect(({ type }) => type === '@xstate.event' && crash()),
    }),
  },
  'a subscriber to the end': {
    when: 'when stopped',
    logic: createMachine({ entry: ({ self }) => void self.subscribe({ complete: crash }) }),
  },
};
