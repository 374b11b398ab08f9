/** Machines of every feature, by hand and generated. Their guards read the event: `{ type, flags: { isA: true } }`. */
import fc from 'fast-check';
import {
  type AnyStateMachine,
  and,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  log,
  not,
  or,
  raise,
  sendTo,
  setup,
  stateIn,
  stopChild,
} from 'xstate';
import { connectionMachine, dialerMachine, supervisorMachine } from '../../src/machines/index.js';
import { HOSTILE_MACHINES } from './hostile.js';

/** Longer than any test: the events of delays are given by hand. */
const LATER = 100_000_000;

export const FLAGS = ['isA', 'isB', 'isC'] as const;

export type Flags = Readonly<Partial<Record<(typeof FLAGS)[number] | 'inline', boolean>>>;

const flag =
  (name: keyof Flags) =>
  ({ event }: { event: unknown }) =>
    (event as { flags?: Flags }).flags?.[name] === true;
const inlineGuard = ({ event }: { event: unknown }): boolean => flag('inline')({ event });
const implementations = {
  guards: { isA: flag('isA'), isB: flag('isB'), isC: flag('isC') },
  actions: { light: () => {}, note: () => {} },
  actors: { child: fromPromise(async () => 1) },
  delays: { LATER },
};

/** Configurations as they come: what they are typed by is tested elsewhere. */
const make = (config: object): AnyStateMachine =>
  (createMachine(config as Parameters<typeof createMachine>[0]) as AnyStateMachine).provide(
    implementations as Parameters<AnyStateMachine['provide']>[0],
  );

const NASTY = [
  'a.b',
  'end',
  'state',
  'note',
  'with space',
  '1',
  'é "ß"',
  'x:y;z',
  '#',
  '{',
  '--',
  '[*]',
  'a-b',
  '日本',
  "it's",
  '<b>&',
  'class',
  '\\',
  'end note',
  '%%',
];

const HAND_MADE: Readonly<Record<string, AnyStateMachine>> = {
  connection: connectionMachine,
  dialer: dialerMachine,
  supervisor: supervisorMachine,
  flat: make({ id: 'flat', initial: 'a', states: { a: { on: { x: 'b' } }, b: { on: { x: 'a' } } } }),
  single: make({ id: 'single' }),
  hierarchy: make({
    id: 'deep',
    initial: 'a',
    on: { reset: '.a', top: { actions: 'light' } },
    states: {
      a: {
        initial: 'b',
        states: { b: { initial: 'c', states: { c: { on: { x: 'd' } }, d: {} }, on: { y: 'e' } }, e: {} },
      },
      f: { on: { x: 'a' } },
    },
  }),
  parallel: make({
    id: 'p',
    type: 'parallel',
    states: {
      one: { initial: 'a', states: { a: { on: { x: 'b' } }, b: { on: { x: 'a' } } } },
      two: { initial: 'a', states: { a: { on: { x: 'b', y: 'b' } }, b: { on: { y: 'a' } } } },
    },
  }),
  parallelEnds: make({
    id: 'ends',
    type: 'parallel',
    states: {
      one: { initial: 'a', states: { a: { on: { x: 'b' } }, b: { type: 'final' } } },
      two: { initial: 'a', states: { a: { on: { y: 'b' } }, b: { type: 'final' } } },
    },
  }),
  parallelDone: make({
    id: 'pd',
    initial: 'work',
    states: {
      work: {
        type: 'parallel',
        onDone: 'rest',
        states: {
          one: { initial: 'a', states: { a: { on: { x: 'b' } }, b: { type: 'final' } } },
          two: { initial: 'a', states: { a: { on: { y: 'b' } }, b: { type: 'final' } } },
        },
      },
      rest: { on: { again: 'work' } },
    },
  }),
  parallelStays: make({
    id: 'ps',
    initial: 'p',
    states: {
      p: {
        type: 'parallel',
        on: { x: 'q', y: { actions: 'light' } },
        states: {
          one: { initial: 'a', states: { a: { on: { x: { actions: 'note', guard: 'isA' }, y: 'b' } }, b: {} } },
          two: { initial: 'a', states: { a: {}, b: {} } },
        },
      },
      q: { on: { x: 'p' } },
    },
  }),
  shallowHistory: make({
    id: 'sh',
    initial: 'on',
    states: {
      on: {
        initial: 'a',
        states: {
          a: { on: { x: 'b' } },
          b: { initial: 'c', states: { c: { on: { x: 'd' } }, d: {} } },
          past: { type: 'history' },
        },
        on: { off: 'off' },
      },
      off: { on: { back: 'on.past' } },
    },
  }),
  deepHistory: make({
    id: 'dh',
    initial: 'off',
    states: {
      on: {
        initial: 'a',
        states: {
          a: { on: { x: 'b' } },
          b: { initial: 'c', states: { c: { on: { x: 'd' } }, d: {} } },
          past: { type: 'history', history: 'deep', target: 'b' },
        },
        on: { off: 'off' },
      },
      off: { on: { back: 'on.past' } },
    },
  }),
  parallelHistory: make({
    id: 'ph',
    initial: 'on',
    states: {
      on: {
        type: 'parallel',
        states: {
          one: { initial: 'a', states: { a: { on: { x: 'b' } }, b: { on: { x: 'a' } } } },
          two: { initial: 'a', states: { a: { on: { y: 'b' } }, b: { on: { y: 'a' } } } },
          past: { type: 'history', history: 'deep' },
        },
        on: { off: 'off' },
      },
      off: { on: { back: 'on.past' } },
    },
  }),
  leavesRegion: make({
    id: 'lr',
    initial: 'p',
    states: {
      p: {
        type: 'parallel',
        states: {
          one: { initial: 'a', states: { a: { on: { x: 'b' } }, b: { on: { out: '#lr.q', x: 'a' } } } },
          two: { initial: 'a', states: { a: { on: { y: 'b' } }, b: { on: { y: 'a' } } } },
        },
      },
      q: { on: { x: 'p', y: 'p.two.b' } },
    },
  }),
  always: make({
    id: 'always',
    initial: 'a',
    states: {
      a: {
        always: [
          { guard: 'isA', target: 'b' },
          { guard: 'isB', target: 'c' },
        ],
        on: { x: { actions: 'note' } },
      },
      b: { always: { target: 'c', actions: 'light' } },
      c: { on: { x: 'a' } },
    },
  }),
  after: make({
    id: 'after',
    initial: 'a',
    states: {
      a: { after: { [LATER]: { target: 'b', actions: 'light' }, LATER: [{ guard: 'isA', target: 'c' }, 'b'] } },
      b: { after: { LATER: 'a' }, on: { x: 'c' } },
      c: { on: { x: 'a' } },
    },
  }),
  guards: make({
    id: 'guards',
    initial: 'a',
    states: {
      a: {
        on: {
          x: [
            { guard: and(['isA', not('isB')]), target: 'b' },
            { guard: or(['isB', and(['isC', inlineGuard])]), target: 'c' },
            { guard: { type: 'isA', params: { level: 3 } }, target: 'd' },
            { guard: inlineGuard, target: 'a', reenter: true },
          ],
        },
      },
      b: { on: { x: { guard: not(inlineGuard), target: 'a' } } },
      c: { on: { x: [{ guard: 'isC', target: 'd' }, { target: 'a' }] } },
      d: { on: { x: 'a' } },
    },
  }),
  stateIn: make({
    id: 'si',
    type: 'parallel',
    states: {
      one: {
        initial: 'a',
        states: {
          a: { on: { x: { guard: stateIn({ two: 'b' }), target: 'b' } } },
          b: { on: { x: { guard: not(stateIn('#far')), target: 'a' } } },
        },
      },
      two: { initial: 'a', states: { a: { on: { y: 'b' } }, b: { id: 'far', on: { y: 'a' } } } },
    },
  }),
  actions: make({
    id: 'actions',
    context: { count: 0 },
    initial: 'a',
    entry: 'light',
    states: {
      a: {
        entry: [
          { type: 'light', params: { level: 3, text: 'say "hi": \n<b>' } },
          () => {},
          log('hello'),
          log(({ event }) => event.type),
        ],
        exit: [
          assign({ count: 1 }),
          assign({ count: ({ context }) => Number(context['count']) + 1 }),
          emit({ type: 'left' }),
        ],
        on: {
          x: {
            target: 'b',
            actions: [raise({ type: 'y' }), sendTo(({ self }) => self, { type: 'ping' }), enqueueActions(() => {})],
          },
          later: { actions: [raise({ type: 'z' }, { delay: LATER, id: 'timer' }), raise(() => ({ type: 'none' }))] },
        },
      },
      b: { on: { y: 'c', z: 'a' } },
      c: { on: { x: { target: 'a', actions: cancel('timer') }, z: 'b' } },
    },
  }),
  invoke: make({
    id: 'invoke',
    initial: 'a',
    // XState fails at the error of an actor for which no active state has a transition.
    on: { 'xstate.error.actor.fetch': { actions: 'note' } },
    states: {
      a: {
        invoke: [
          { id: 'fetch', src: 'child', onDone: 'b', onError: { target: 'c', actions: 'note' }, input: { url: 'x' } },
          { src: fromPromise(async () => 2), onDone: { actions: 'light' }, onSnapshot: { actions: 'note' } },
        ],
      },
      b: { on: { x: 'a' } },
      c: { invoke: { src: 'child', onDone: { guard: 'isA', target: 'a' } }, on: { x: 'a' } },
    },
  }),
  final: make({
    id: 'final',
    initial: 'a',
    states: {
      a: {
        initial: 'b',
        onDone: [{ guard: 'isA', target: 'd' }, 'e'],
        states: { b: { on: { x: 'c' } }, c: { type: 'final', output: { answer: 42 } } },
      },
      d: { type: 'final', output: () => 1, entry: 'light' },
      e: { on: { x: 'a', y: 'd' } },
    },
  }),
  finalUnderRoot: make({
    id: 'fr',
    initial: 'a',
    on: { reset: '.a', end: '.z' },
    exit: 'light',
    states: { a: { on: { x: 'b' } }, b: { on: { x: 'z' } }, z: { type: 'final' } },
  }),
  wildcards: make({
    id: 'wild',
    initial: 'a',
    states: {
      a: { on: { '*': 'd', 'mouse.*': 'b', 'mouse.click': { target: 'c', guard: 'isA' }, mouse: 'a' } },
      b: { on: { 'mouse.*': { guard: 'isB', target: 'c' }, '*': 'a' } },
      c: { on: { click: 'a', 'click.twice': 'd' } },
      d: { on: { '*': { actions: 'note' }, x: 'a' } },
    },
  }),
  prefixes: make({
    id: 'pre',
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { on: { 'go.home': 'a', 'go.home.now': 'a' } } },
  }),
  reenter: make({
    id: 're',
    initial: 'a',
    states: {
      a: {
        initial: 'b',
        entry: 'light',
        on: {
          self: 'a',
          again: { target: 'a', reenter: true },
          inside: '.c',
          insideAgain: { target: '.c', reenter: true },
        },
        states: { b: { on: { x: 'c', self: { target: 'b', guard: 'isA' } } }, c: { entry: 'note' } },
      },
    },
  }),
  multipleTargets: make({
    id: 'multi',
    initial: 'off',
    states: {
      off: { on: { go: { target: ['on.one.b', 'on.two.b'] }, x: 'on' } },
      on: {
        type: 'parallel',
        on: { off: 'off' },
        states: {
          one: { initial: 'a', states: { a: { on: { x: 'b' } }, b: {} } },
          two: { initial: 'a', states: { a: { on: { x: 'b' } }, b: {} } },
        },
      },
    },
  }),
  initialActions: make({
    id: 'ia',
    initial: 'a',
    states: {
      a: { on: { x: 'b' } },
      b: {
        initial: { target: 'c', actions: 'light' },
        on: { self: 'b', x: 'a' },
        states: { c: { on: { y: 'd' } }, d: {} },
      },
    },
  }),
  forbidden: make({
    id: 'forbidden',
    initial: 'a',
    on: { x: '.b', '*': '.a' },
    states: { a: { on: { y: {} } }, b: { on: { x: undefined } } },
  }),
  routes: make({
    id: 'routes',
    initial: 'a',
    states: {
      a: { id: 'start', route: {}, on: { x: 'b' } },
      b: {
        initial: 'c',
        states: { c: { on: { x: 'd' } }, d: { id: 'inner', route: { guard: 'isA', actions: 'light' } } },
      },
    },
  }),
  unusualData: make({
    id: 'data',
    context: { list: [1, { deep: undefined }], text: "it's", none: undefined },
    initial: 'a',
    output: () => 5,
    states: {
      a: {
        meta: { view: () => 5, level: 1, when: new Date(0) },
        tags: 'busy',
        invoke: [{ src: 'child', systemId: 'clock' }, { src: fromPromise(async () => 2) }],
        entry: [{ type: 'light', params: ({ event }: { event: { type: string } }) => event.type }, stopChild('gone')],
        on: { x: undefined, y: { target: 'b', actions: emit(() => ({ type: 'said' })) } },
        after: { [LATER + 0.5]: 'b' },
      },
      b: { exit: assign(() => ({ list: [] })), on: { x: 'a' } },
    },
  }),
  nasty: make({
    id: 'an "odd".id & more',
    initial: NASTY[0],
    description: 'words: "odd"',
    states: Object.fromEntries(
      NASTY.map((name, index) => [
        name,
        {
          tags: ['t'],
          entry: name,
          on: {
            [`go ${name}`]: {
              target: `#n${(index + 1) % NASTY.length}`,
              actions: name,
              description: `to: "${name}"\nnext`,
            },
            plain: `#n${(index + 2) % NASTY.length}`,
          },
          id: `n${index}`,
        },
      ]),
    ),
  }),
  collisions: make({
    id: 'a_b',
    initial: 'a',
    states: {
      a: { initial: 'b', states: { b: { on: { x: '#other' } } } },
      a_b: { id: 'other', on: { x: 'A' } },
      A: { on: { x: 'a' } },
    },
  }),
  typed: setup({ ...implementations, types: { events: {} as { type: 'x'; flags: Flags } } }).createMachine({
    id: 'typed',
    initial: 'a',
    states: { a: { on: { x: { guard: 'isA', target: 'b', actions: ['light'] } } }, b: { after: { LATER: 'a' } } },
  }),
};

/** A state of a generated machine: its key says its place, and is its id. */
type Config = Record<string, unknown> & { readonly id: string; readonly states?: Record<string, Config> };

const EVENTS = ['x', 'y', 'z', 'go', 'go.on', 'go.*', '*'] as const;

interface Shape {
  readonly type: string;
  readonly states: readonly Shape[];
  readonly history: string;
}

const shapeOf = (depth: number): fc.Arbitrary<Shape> =>
  fc.record({
    type: fc.constantFrom('compound', 'compound', 'parallel'),
    history: fc.constantFrom('none', 'none', 'shallow', 'deep'),
    states:
      depth === 0 ? fc.constant([]) : fc.array(shapeOf(depth - 1), { minLength: depth > 2 ? 2 : 0, maxLength: 3 }),
  });

const guard = (ids: readonly string[], die: () => number): unknown =>
  [
    undefined,
    'isA',
    'isB',
    not('isC'),
    and(['isA', 'isB']),
    or([inlineGuard, 'isC']),
    stateIn(`#${ids[die() % ids.length]}`),
  ][die() % 7];

function idsOfParallels(config: Config): Set<string> {
  const inner = Object.values(config.states ?? {}).flatMap((state) => [...idsOfParallels(state)]);
  return new Set(config['type'] === 'parallel' ? [config.id, ...inner] : inner);
}

/** A machine of a shape; `die` gives all that is left open. It comes to rest after every event. */
function build(root: Shape, die: () => number): AnyStateMachine {
  const ids: string[] = [];
  const pasts: string[] = [];
  const skeleton = ({ states, type, history }: Shape, id: string, isInParallel: boolean): Config => {
    const regions = type === 'parallel' && states.length > 1 && !isInParallel;
    const inner = states.map((state, index) => skeleton(state, `${id}_${index}`, regions));
    if (inner.length === 0) return { id };
    ids.push(...inner.map((state) => state.id));
    const members: Config[] = [...inner];
    if (!regions && die() % 3 === 0) members.push({ id: `${id}_end`, type: 'final' });
    if (history !== 'none' && !regions) {
      members.push({ id: `${id}_past`, type: 'history', history });
      pasts.push(`${id}_past`);
    }
    const named = Object.fromEntries(members.map((member) => [member.id, member]));
    return regions ? { id, type: 'parallel', states: named } : { id, initial: `${id}_0`, states: named };
  };
  const tree = skeleton(root, 'm', false);
  const parallels = idsOfParallels(tree);
  /**
   * The innermost region that a state is in, itself included. What leaves its region is made by hand: XState and SCXML
   * differ on how much a transition into another region leaves, and interpreters of SCXML on which of two transitions
   * that leave one parallel state is taken.
   */
  const regionOf = (id: string): string | undefined => {
    const above = id.slice(0, Math.max(0, id.lastIndexOf('_')));
    return above === '' ? undefined : parallels.has(above) ? id : regionOf(above);
  };
  const targetsOf = (id: string, candidates: readonly string[]): string[] => {
    const region = regionOf(id);
    return candidates.filter(
      (target) => !parallels.has(id) && (region === undefined || target.startsWith(`${region}_`)),
    );
  };
  const dress = (config: Config, later: readonly string[]): Config => {
    if (config['type'] === 'final' || config['type'] === 'history') return config;
    const everywhere = targetsOf(config.id, [...ids, ...pasts]);
    const plainIds = targetsOf(config.id, ids);
    const lead = () => (plainIds.length === 0 ? {} : { target: `#${plainIds[die() % plainIds.length]}` });
    const on = Object.fromEntries(
      Array.from({ length: die() % 4 }, () => {
        const target =
          die() % 5 === 0 || everywhere.length === 0 ? {} : { target: `#${everywhere[die() % everywhere.length]}` };
        const actions = die() % 4 === 0 ? { actions: raise({ type: 'raised' }) } : { actions: 'light' };
        const event = EVENTS[die() % EVENTS.length];
        const isWild = event?.includes('*') === true;
        const one = {
          ...target,
          ...(isWild ? {} : actions),
          guard: guard(['m', ...ids], die),
          reenter: die() % 3 === 0 && regionOf(config.id) !== config.id,
        };
        return [event, one];
      }),
    );
    if (die() % 4 === 0) on['raised'] = lead();
    const always =
      die() % 4 === 0 && later.length > 0 ? { always: { target: later[die() % later.length], guard: 'isC' } } : {};
    const delay = die() % 5 === 0 && later.length > 0 ? { after: { [LATER]: later[0] } } : {};
    const members = Object.values(config.states ?? {});
    const done = members.some(({ type }) => type === 'final') && ids.length > 0 ? { onDone: lead() } : {};
    const isParallel = config['type'] === 'parallel';
    const plain = members.filter(({ type }) => type !== 'history').map(({ id }) => id);
    const states = members.map((member, index) => [member.id, dress(member, isParallel ? [] : plain.slice(index + 1))]);
    const isRoot = config.id === 'm';
    return {
      ...config,
      on,
      ...(isRoot ? {} : { ...always, ...delay, ...done }),
      ...(config.states === undefined ? {} : { states: Object.fromEntries(states) }),
      ...(die() % 3 === 0 ? { entry: 'note' } : {}),
    };
  };
  return make(dress(tree, []));
}

/** Generated machines, the same each time. */
const generated = (count: number): [string, AnyStateMachine][] =>
  fc
    .sample(fc.tuple(shapeOf(3), fc.infiniteStream(fc.nat(1000))), { numRuns: count, seed: 5 })
    .map(([root, dice], index): [string, AnyStateMachine] => [
      `generated ${index}`,
      build(root, () => Number(dice.next().value)),
    ]);

/** Every machine with its name. */
export const MACHINES: readonly (readonly [string, AnyStateMachine])[] = [
  ...Object.entries(HAND_MADE),
  ...Object.entries(HOSTILE_MACHINES),
  ...generated(60),
];
