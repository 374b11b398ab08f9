import type { DiagramMarks } from '../../src/inspect/index.js';

const NAMES = ['covered', 'partly', 'missed', 'hot', undefined] as const;

/** Every kind of mark, by the length of what is marked. */
export const marks: DiagramMarks = {
  state: (path) => NAMES[path.length % NAMES.length],
  transition: ({ event, index }) => NAMES[(event.length + index) % NAMES.length],
  styles: { hot: { color: 'red', fill: '#fed' } },
};
