import type { DiagramMarks } from '../../machines/diagram/marks.js';
import type { CoverageLists } from './coverage-lists.js';

/**
 * What is covered as marks of a drawing. A state is partly covered if one inside it is missing; a transition, if it was
 * taken from some of its states only, or if its guard has given one answer only.
 */
export function coverageMarks(lists: CoverageLists, covered: ReadonlySet<string>): DiagramMarks {
  const markOf = (names: readonly string[]): string | undefined => {
    const count = names.filter((name) => covered.has(name)).length;
    if (names.length === 0) return undefined;
    return count === 0 ? 'missed' : count < names.length ? 'partly' : 'covered';
  };
  return {
    state: (path) => (path === '' ? undefined : markOf(lists.states.filter((name) => isAtOrIn(name, path)))),
    transition: (place) => markOf(lists.namesAt(place)),
  };
}

const isAtOrIn = (name: string, path: string): boolean => name === path || name.startsWith(`${path}.`);
