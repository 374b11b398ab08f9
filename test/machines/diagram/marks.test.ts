import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { describeMachine } from '../../../src/machines/diagram/describe.js';
import { type DiagramOptions, type MarkedTransition, readMarks } from '../../../src/machines/diagram/marks.js';
import { toMermaid } from '../../../src/machines/diagram/mermaid.js';
import { toPlantUml } from '../../../src/machines/diagram/plantuml.js';

const machine = createMachine({
  id: 'm',
  initial: 'a',
  states: {
    a: { on: { x: [{ guard: 'isA', target: 'b' }, { target: 'b.c' }], y: 'b', z: { actions: 'light' } } },
    b: { initial: 'c', states: { c: {} }, always: { guard: 'isB', target: 'a' } },
  },
});

test('each transition is asked for with its source, its event, its place among those, and its targets', () => {
  const asked: MarkedTransition[] = [];
  toMermaid(machine, { marks: { transition: (given) => void asked.push(given) } });
  const expected = [
    { source: 'a', event: 'x', index: 0, targets: ['b'] },
    { source: 'a', event: 'x', index: 1, targets: ['b.c'] },
    { source: 'a', event: 'y', index: 0, targets: ['b'] },
    { source: 'a', event: 'z', index: 0, targets: undefined },
    { source: 'b', event: '', index: 0, targets: ['a'] },
  ];
  for (const one of expected) expect(asked).toContainEqual(one);
  expect(new Set(asked.map((one) => JSON.stringify(one))).size).toBe(expected.length);
});

test('each state is asked for with its path, the machine itself with an empty one', () => {
  const asked: string[] = [];
  toMermaid(machine, { marks: { state: (path) => void asked.push(path) } });
  expect(asked).toEqual(['', 'a', 'b', 'b.c']);
});

test('Mermaid has a class for each mark, and signs at states and transitions', () => {
  const text = toMermaid(machine, {
    marks: {
      state: (path) => (path === 'b.c' ? 'missed' : 'covered'),
      transition: ({ event, index }) =>
        event === 'x' && index === 1 ? 'partly' : event === 'y' ? 'covered' : undefined,
    },
  });
  expect(text.split('\n').map((line) => line.trim())).toEqual(
    expect.arrayContaining([
      'state "#10003; a" as a',
      'a --> b_c: x [isA]',
      'a --> b_c: #126; x',
      'a --> b_c: #10003; y',
      'classDef mark_covered fill:#dafbe1,stroke:#1a7f37,color:black',
      'classDef mark_missed fill:#ffebe9,stroke:#cf222e,color:black',
      'class a mark_covered',
      'class b_c mark_missed',
    ]),
  );
  expect(text).not.toContain('class m ');
});

test('transitions with different marks have arrows of their own', () => {
  const plain = createMachine({ initial: 'a', states: { a: { on: { x: 'b', y: 'b' } }, b: {} } });
  expect(toMermaid(plain)).toContain('a --> b: x, y');
  const marked = toMermaid(plain, { marks: { transition: ({ event }) => (event === 'x' ? 'covered' : 'missed') } });
  expect(marked).toMatch(/a --> b: #10003; x\n\s+a --> b: #10007; y\n/);
});

test('PlantUML fills marked states and colours marked arrows', () => {
  const styles = { hot: { color: 'red', fill: '#fff' } };
  const text = toPlantUml(machine, { marks: { state: () => 'hot', transition: () => 'hot', styles } });
  expect(text).toContain('state "a" as a #fff;line:red;text:black');
  expect(text).toContain('a -[#red]-> b : x [isA]');
});

describe('wrong options', () => {
  const none = { color: 'red', fill: 'red' };
  test.each<[unknown, string]>([
    [{ mark: {} }, 'toDot: mark is not an option; did you mean marks?'],
    [{ marks: { states: {} } }, 'toDot: marks.states is not an option; did you mean state?'],
    [{ marks: { state: new Map() } }, 'toDot: marks.state is an object; it must be a function.'],
    [{ marks: { styles: { 'two words': none } } }, 'toDot: marks.styles has the mark "two words"; a mark must be'],
    [{ marks: { styles: { hot: 'red' } } }, 'toDot: marks.styles.hot is "red"; it must be an object.'],
    [
      { marks: { styles: { hot: { ...none, fill: 'url(x)' } } } },
      'toDot: marks.styles.hot.fill is "url(x)"; it must be #rgb, #rrggbb, or the name of a colour.',
    ],
    [{ marks: { styles: { hot: { ...none, sign: 1 } } } }, 'toDot: marks.styles.hot.sign is 1; it must be a string.'],
  ])('%j are refused', (options, message) => {
    expect(() => readMarks(options as DiagramOptions, 'toDot', [])).toThrow(message);
  });

  test('a mark without a style is refused', () => {
    const { states } = describeMachine(machine);
    const marks = readMarks({ marks: { state: () => 'warm' } }, 'toDot', states);
    for (const state of states.slice(0, 1)) {
      expect(() => marks.ofState(state)).toThrow(
        'toDot: marks gave the mark "warm", which has no style; marks.styles must have one for it.',
      );
    }
  });
});
