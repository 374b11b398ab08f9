import { describe, expect, expectTypeOf, test } from 'vitest';
import { setup } from 'xstate';
import type { MachineState } from '../../src/machines/machine-state.js';
import { createRunner, type MachineHost, type RunnerParts } from '../../src/machines/run.js';
import { createStepper } from '../../src/machines/stepper.js';

type DoorEvent =
  | { readonly type: 'open'; readonly by: string }
  | { readonly type: 'close' }
  | { readonly type: 'knock' }
  | { readonly type: 'break' };

const effect = () => {};

const doorMachine = setup({
  types: { events: {} as DoorEvent },
  actions: { lock: effect, unlock: effect, light: effect, answer: effect, alarm: effect },
}).createMachine({
  id: 'door',
  initial: 'shut',
  states: {
    shut: {
      entry: 'lock',
      exit: 'unlock',
      on: { open: { target: 'ajar', actions: 'light' }, knock: { actions: 'answer' } },
    },
    ajar: {
      initial: 'dark',
      on: { close: 'shut', break: 'broken' },
      states: { dark: { on: { knock: 'lit' } }, lit: {} },
    },
    broken: { type: 'final', entry: 'alarm' },
  },
});

/** What a door does at each of its effects. */
type Deeds = Partial<
  Record<'lock' | 'unlock' | 'light' | 'answer' | 'alarm' | 'moved' | 'taken', (door: Door) => void>
>;

class Door implements MachineHost<typeof doorMachine> {
  machineState: MachineHost<typeof doorMachine>['machineState'] = doors.initial;
  isStepping = false;
  mail: DoorEvent[] | undefined;
  readonly log: string[] = [];

  readonly #deeds: Deeds;

  constructor(deeds: Deeds = {}) {
    this.#deeds = deeds;
  }

  do(what: keyof Deeds, text: string): void {
    this.log.push(text);
    this.#deeds[what]?.(this);
  }

  send(event: DoorEvent): void {
    doors.dispatch(this, event);
  }
}

const deed = (what: keyof Deeds) => (door: Door, event: DoorEvent | undefined) =>
  door.do(what, `${what} at ${event?.type ?? 'start'}`);

const doors = createRunner<Door, typeof doorMachine>({
  stepper: createStepper(doorMachine),
  effects: {
    lock: deed('lock'),
    unlock: deed('unlock'),
    light: deed('light'),
    answer: deed('answer'),
    alarm: deed('alarm'),
  },
  moved: (door, from, to, event) => door.do('moved', `${from.path} -> ${to.path} by ${event.type}`),
  taken: (door, event) => door.do('taken', `taken: ${event.type}`),
});

function aDoor(deeds: Deeds = {}): Door {
  const door = new Door(deeds);
  doors.start(door);
  door.log.length = 0;
  return door;
}

describe('a runner', () => {
  test('starts with the effects of the initial state, which get no event', () => {
    const door = new Door();
    doors.start(door);
    expect(door.log).toEqual(['lock at start']);
    expect(door.machineState).toMatchObject({ path: 'shut', name: 'shut', isFinal: false });
  });

  test('moves before it carries out effects: those of the exit, of the step, and of the entry', () => {
    const door = aDoor();
    door.send({ type: 'open', by: 'cat' });
    door.send({ type: 'close' });
    expect(door.log).toEqual([
      'shut -> ajar.dark by open',
      'unlock at open',
      'light at open',
      'taken: open',
      'ajar.dark -> shut by close',
      'lock at close',
      'taken: close',
    ]);
  });

  test('reports a move within an outer state, and none for an event that changes nothing', () => {
    const door = aDoor();
    door.send({ type: 'knock' });
    door.send({ type: 'open', by: 'cat' });
    door.send({ type: 'knock' });
    door.send({ type: 'knock' });
    expect(door.log.filter((text) => text.includes('->'))).toEqual([
      'shut -> ajar.dark by open',
      'ajar.dark -> ajar.lit by knock',
    ]);
    expect(door.log.filter((text) => text === 'taken: knock')).toHaveLength(3);
  });

  test('starts a host in any state of the machine, without effects', () => {
    const door = new Door();
    door.machineState = doors.at('ajar.lit');
    door.send({ type: 'close' });
    expect(door.log).toEqual(['ajar.lit -> shut by close', 'lock at close', 'taken: close']);
    expect(() => doors.at('nowhere')).toThrow('nowhere');
  });

  test('takes events that effects bring about in order, each after the step before it', () => {
    const door = aDoor({
      moved: (self) => self.machineState.name === 'ajar' && self.send({ type: 'close' }),
      light: (self) => self.send({ type: 'knock' }),
      taken: (self) => self.log.length < 5 && self.send({ type: 'break' }),
    });
    door.send({ type: 'open', by: 'cat' });
    expect(door.log).toEqual([
      'shut -> ajar.dark by open',
      'unlock at open',
      'light at open',
      'taken: open',
      'ajar.dark -> shut by close',
      'lock at close',
      'taken: close',
      'answer at knock',
      'taken: knock',
      'taken: break',
    ]);
    expect([door.isStepping, door.mail]).toEqual([false, undefined]);
  });

  test('takes events that the effects of the start bring about', () => {
    const door = new Door({ lock: (self) => self.send({ type: 'open', by: 'draught' }) });
    doors.start(door);
    expect(door.machineState.path).toBe('ajar.dark');
    expect(door.log).toEqual([
      'lock at start',
      'shut -> ajar.dark by open',
      'unlock at open',
      'light at open',
      'taken: open',
    ]);
  });

  test('keeps one host apart from another', () => {
    const neighbour = aDoor();
    const door = aDoor({ light: () => neighbour.send({ type: 'open', by: 'neighbour' }) });
    door.send({ type: 'open', by: 'cat' });
    expect(neighbour.log).toContain('light at open');
    expect([door.machineState, neighbour.machineState]).toEqual([doors.at('ajar.dark'), doors.at('ajar.dark')]);
  });

  test('leaves a final state by no event', () => {
    const door = aDoor();
    door.machineState = doors.at('ajar.lit');
    door.send({ type: 'break' });
    door.log.length = 0;
    door.send({ type: 'open', by: 'cat' });
    expect(door.log).toEqual(['taken: open']);
    expect(door.machineState).toMatchObject({ name: 'broken', isFinal: true });
  });

  test('makes no queue for a host whose events come one by one', () => {
    const door = aDoor();
    let made = 0;
    Object.defineProperty(door, 'mail', {
      get: () => undefined,
      set: () => {
        made += 1;
      },
    });
    door.send({ type: 'open', by: 'cat' });
    door.send({ type: 'close' });
    expect(made).toBe(0);
  });
});

describe('an effect that throws', () => {
  const fault = () => {
    throw new Error('no light');
  };

  test.each<[string, Deeds]>([
    ['an effect', { light: fault }],
    [
      'the first of several effects',
      {
        unlock: fault,
        light: () => {
          throw new Error('another');
        },
      },
    ],
    ['what is called at a move', { moved: fault }],
    ['what is called after an event', { taken: fault }],
  ])('loses neither the other effects nor the events that wait: %s', (_what, deeds) => {
    const order: string[] = [];
    const { unlock, ...others } = deeds;
    const door = aDoor({
      ...others,
      unlock: (self) => {
        self.send({ type: 'close' });
        unlock?.(self);
      },
      lock: () => order.push('locked'),
    });
    order.length = 0;
    expect(() => door.send({ type: 'open', by: 'cat' })).toThrow('no light');
    expect(door.log).toEqual(
      expect.arrayContaining(['unlock at open', 'light at open', 'taken: open', 'lock at close']),
    );
    expect(order).toEqual(['locked']);
    expect([door.machineState.path, door.isStepping, door.mail]).toEqual(['shut', false, undefined]);
  });

  test('leaves the host usable', () => {
    const door = aDoor({ answer: fault });
    expect(() => door.send({ type: 'knock' })).toThrow('no light');
    door.send({ type: 'open', by: 'cat' });
    expect(door.machineState.path).toBe('ajar.dark');
  });
});

test('the types of a runner come from its machine', () => {
  const { machineState } = new Door();
  expectTypeOf(machineState).toEqualTypeOf<
    MachineState<'shut' | 'ajar' | 'broken', 'lock' | 'unlock' | 'light' | 'answer' | 'alarm'>
  >();
  // @ts-expect-error: all effects but one are missing.
  const tooFew: RunnerParts<Door, typeof doorMachine>['effects'] = { lock: effect };
  expect(
    createRunner<Door, typeof doorMachine>({ stepper: createStepper(doorMachine), effects: tooFew }),
  ).toBeDefined();
  // @ts-expect-error: the machine takes no such event.
  expect(() => doors.dispatch(aDoor(), { type: 'paint' })).not.toThrow();
});
