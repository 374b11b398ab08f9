/** Machines that are hard to write down: texts that mean something in a format, many states, and deep ones. */
import { type AnyStateMachine, createMachine, fromPromise } from 'xstate';

/** Texts that some reader takes for syntax, for markup, or for a name of its own. */
const HOSTILE = [
  ...['direction LR', 'a direction TB b', '[[fork]]', '<<choice>>', '<<join>>', '%%{init}%%', 'accTitle: x'],
  ...['accDescr { x }', 'classDef a fill:red', 'class a b', 'style a b', 'click a "x"', 'note right of a', 'end note'],
  ...['state "x" as y {', '}', '{', 'as', 'a --> b', '-->', '--', ':::', '[*]', 'hide empty description', 'default'],
  ...['scale 350 width', '"""', "''", '"a"', '`', '\\', '\\n', '\\N\\G', '\\"', 'trailing\\', 'line\nbreak', 'a\r\nb'],
  ...[
    'tab\tbed',
    'ü',
    '日本語',
    '🙂',
    '👩‍👩‍👧',
    '\u202Ertl',
    'nul\0',
    '\u001B[31m',
    '\uD800',
    '\u2028',
    '\uFEFFbom',
    'e\u0301',
  ],
  ...['#35;', '#quot;', '&amp;', '&#35;', '&', '<b>bold</b>', '<script>alert(1)</script>', ']]>', '<!--', '<br/>'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what some readers would fill in.
  ...['${x}', '`${x}`', '*/', '//', '%d', '%newline()', '!include x', '@enduml', '@startuml', "' x", "/' x '/"],
  ...[
    '//it//',
    '**b**',
    '__u__',
    '~~s~~',
    '~x',
    '[[http://x]]',
    '$var',
    '<:smile:>',
    '<img:x>',
    '<U+0041>',
    '<color:red>x',
  ],
  ...['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'graph', 'digraph', 'node', 'edge', 'subgraph', 'strict'],
  ...[
    'cluster_a',
    'root',
    'start',
    'end',
    'a_start',
    'a_end',
    'final',
    'history',
    'parallel',
    'H',
    'H*',
    'In',
    'guards',
  ],
  ...[
    '_event',
    '_x20_',
    'a b',
    'A B',
    'a_b',
    'a.b',
    '..',
    'a.',
    '.a',
    ' ',
    '  ',
    '-',
    '1',
    '1a',
    'true',
    'null',
    'undefined',
  ],
  ...['x, y [z] / w', '/', '|', 'a|b', '||', '=', '==x==', '+', '#', '##', '#red', '(', 'long '.repeat(100)],
] as const;

type Config = Parameters<typeof createMachine>[0];

const yes = Object.fromEntries(HOSTILE.map((name) => [name, () => true]));
const nothing = Object.fromEntries(HOSTILE.map((name) => [name, () => {}]));
const actors = Object.fromEntries(HOSTILE.map((name) => [name, fromPromise(async () => 1)]));

const make = (config: object): AnyStateMachine =>
  (createMachine(config as Config) as AnyStateMachine).provide({
    guards: yes,
    actions: nothing,
    actors,
  } as Parameters<AnyStateMachine['provide']>[0]);

const after = (index: number, by: number): string => `#h${(index + by) % HOSTILE.length}`;

const nested = (names: readonly string[], depth: number, id: string): Record<string, object> =>
  Object.fromEntries(
    names.map((name, index) => {
      const own = `${id}_${index}`;
      const inner = names.slice(index + 1, index + 3);
      return [
        name,
        depth === 0 || inner.length === 0
          ? { id: own, on: { up: '#top', [name]: { actions: name } } }
          : {
              id: own,
              initial: inner[0],
              states: nested(inner, depth - 1, own),
              entry: name,
              on: { [name]: `#${own}` },
            },
      ];
    }),
  );

/** A chain of states, each inside the one before. */
function chain(depth: number): object {
  const inner = { on: { x: '#top', y: { actions: 'light' } } };
  return Array.from({ length: depth }, (_, index) => `level${depth - index}`).reduce<object>(
    (state, key) => ({ initial: key, states: { [key]: state }, on: { [key]: `.${key}` } }),
    inner,
  );
}

export const HOSTILE_MACHINES: Readonly<Record<string, AnyStateMachine>> = {
  'hostile keys': make({
    id: HOSTILE.join(' '),
    initial: HOSTILE[0],
    states: Object.fromEntries(
      HOSTILE.map((name, index) => [
        name,
        { id: `h${index}`, on: { next: after(index, 1), other: [{ guard: 'valueOf', target: after(index, 7) }] } },
      ]),
    ),
  }),
  'hostile texts': make({
    id: 'texts',
    initial: 'a',
    states: Object.fromEntries(
      ['a', 'b', 'c'].map((key, index) => [
        key,
        {
          entry: HOSTILE.map((name) => ({ type: name, params: { [name]: name } })),
          exit: HOSTILE.filter((_, at) => at % 3 === index),
          description: HOSTILE.join('\n'),
          tags: HOSTILE,
          meta: { [HOSTILE.join()]: HOSTILE },
          on: Object.fromEntries(
            HOSTILE.map((name, at) => [
              `on${name}`,
              { guard: { type: name, params: name }, actions: name, description: name, target: at % 2 ? 'a' : 'b' },
            ]),
          ),
          invoke: HOSTILE.map((name) => ({ id: `${key} ${name}`, src: name, input: name, onDone: { actions: name } })),
        },
      ]),
    ),
  }),
  'hostile paths': make({
    id: 'paths',
    initial: 'top',
    states: { top: { id: 'top', on: { x: '#n_3' } }, ...nested(HOSTILE.slice(0, 60), 2, 'n') },
  }),
  'hostile regions': make({
    id: 'regions',
    initial: 'p',
    states: {
      p: {
        type: 'parallel',
        states: Object.fromEntries(
          HOSTILE.slice(60, 80).map((name) => [
            name,
            {
              initial: 'a',
              states: { a: { on: { x: 'end', [name]: 'end' } }, end: { on: { x: 'a', y: 'start' } }, start: {} },
            },
          ]),
        ),
      },
    },
  }),
  'names that are the same when written': make({
    id: 'a_b',
    initial: 'a',
    states: {
      a: { initial: 'b', states: { b: { on: { x: '#t1' } }, start: {}, end: {} }, on: { y: '.start', z: '.end' } },
      'a.b': { id: 't1', on: { x: '#t2' } },
      'a b': { id: 't2', on: { x: '#t3' } },
      'a-b': { id: 't3', on: { x: '#t4' } },
      a_b: { id: 't4', on: { x: '#t5' } },
      A_B: { id: 't5', on: { x: '#t6' } },
      a_start: { id: 't6', on: { x: 'root_start' } },
      root_start: { on: { x: 'root' } },
      root: { initial: 'start', states: { start: { on: { x: 'end' } }, end: {} } },
      a_b_2: { on: { x: 'a' } },
      s_end: {},
      end: {},
    },
  }),
  'sixty levels': make({ id: 'levels', initial: 'a', states: { a: chain(60), top: { id: 'top', on: { x: 'a' } } } }),
  'five hundred states': make({
    id: 'wide',
    initial: 's0',
    states: Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [
        `s${index}`,
        { on: { next: `s${(index + 1) % 500}`, back: `s${(index + 499) % 500}` } },
      ]),
    ),
  }),
};
