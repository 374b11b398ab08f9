import type { DiagramMarks } from '../../src/inspect/index.js';
import { MACHINES } from './machines.js';

const NAMES = ['covered', 'partly', 'missed', 'hot', undefined] as const;

/** The machines that are drawn with marks as well. */
export const MARKED = MACHINES.filter((_, index) => index % 5 === 0);

/** Every kind of mark, by the length of what is marked. */
export const marks: DiagramMarks = {
  state: (path) => NAMES[path.length % NAMES.length],
  transition: ({ event, index }) => NAMES[(event.length + index) % NAMES.length],
  styles: { hot: { color: 'red', fill: '#fed' } },
};
