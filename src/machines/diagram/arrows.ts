import type { MachineDescription, StateDescription, TransitionDescription } from './description.js';
import { ElementIds } from './element-id.js';
import { actionsLabel, guardLabel, inscriptionOf, transitionLabel } from './label.js';
import type { Mark, Marks } from './marks.js';

/** One arrow of a drawing: all transitions that lead from one state to another in the same way. */
export interface Arrow {
  /** Unique in the drawing: `edge-open--close--closing.awaitingPeer`. */
  readonly id: string;
  readonly from: StateDescription;
  readonly to: StateDescription;
  /** The types or patterns of the events; none for where a history state begins. */
  readonly events: readonly string[];
  readonly label: string;
  readonly mark: Mark | undefined;
}

/** The arrows of a machine, its states by id, and what stands in them. */
export interface Drawing {
  readonly arrows: readonly Arrow[];
  readonly byId: ReadonlyMap<string, StateDescription>;
  readonly parentOf: (state: StateDescription) => StateDescription | undefined;
  /** Unique in the drawing: `state-closing.awaitingPeer`. */
  readonly elementIdOf: (state: StateDescription) => string;
  readonly markOf: (state: StateDescription) => Mark | undefined;
  /** A state's name as it is drawn. */
  readonly nameOf: (state: StateDescription) => string;
  /** What a state does without leaving it, line by line. */
  readonly inscriptionOf: (state: StateDescription) => string[];
}

/** One arrow for all events that lead the same way under the same guard with the same effects and the same mark. */
export function drawingOf(machine: MachineDescription, marks: Marks = UNMARKED): Drawing {
  const byId = new Map(machine.states.map((state) => [state.id, state]));
  const parents = new Map(machine.states.flatMap((state) => state.states.map((inner) => [inner.id, state])));
  const stateMarks = new Map(machine.states.map((state) => [state.id, marks.ofState(state)]));
  const ids = new ElementIds();
  const elementIds = new Map(machine.states.map((state) => [state.id, ids.ofState(state.path)]));
  const sheet = { byId, marks, ids };
  const markOf = ({ id }: StateDescription): Mark | undefined => stateMarks.get(id);
  return {
    byId,
    parentOf: ({ id }) => parents.get(id),
    arrows: machine.states.flatMap((state) => [...arrowsFrom(state, sheet), ...historyArrows(state, sheet)]),
    elementIdOf: ({ id }) => elementIds.get(id) ?? '',
    markOf,
    nameOf: (state) => signed(state.type === 'history' ? historyName(state) : state.name, markOf(state)),
    inscriptionOf: (state) => inscriptionOf(state, (stay) => signed(transitionLabel([stay]), marks.ofTransition(stay))),
  };
}

/** Whether an arrow stays inside a state, and can be drawn there. */
export function isInside({ from, to }: Arrow, { parentOf }: Drawing): boolean {
  const parent = parentOf(from);
  return parent !== undefined && parent === parentOf(to);
}

const UNMARKED: Marks = { ofState: () => undefined, ofTransition: () => undefined };

interface Sheet {
  readonly byId: ReadonlyMap<string, StateDescription>;
  readonly marks: Marks;
  readonly ids: ElementIds;
}

interface Group {
  /** That of the first of its transitions, so that it is the same with other marks. */
  readonly id: string;
  readonly to: StateDescription;
  readonly mark: Mark | undefined;
  readonly transitions: TransitionDescription[];
}

function arrowsFrom(from: StateDescription, { byId, marks, ids }: Sheet): Arrow[] {
  const groups = new Map<string, Group>();
  for (const transition of from.transitions) {
    const mark = marks.ofTransition(transition);
    for (const target of transition.targets ?? []) {
      const to = byId.get(target);
      if (to === undefined) continue;
      const id = ids.ofEdge(from.path, transition.event || 'always', to.path);
      const guard = transition.guard === undefined ? '' : guardLabel(transition.guard);
      const key = JSON.stringify([target, guard, transition.reenter, actionsLabel(transition.actions), mark?.name]);
      const group = groups.get(key) ?? { id, to, mark, transitions: [] };
      group.transitions.push(transition);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ id, to, mark, transitions }) => {
    const events = transitions.map(({ event }) => event);
    return { id, from, to, events, label: signed(transitionLabel(transitions), mark), mark };
  });
}

function historyArrows(from: StateDescription, { byId, ids }: Sheet): Arrow[] {
  return from.historyTargets.flatMap((target) => {
    const to = byId.get(target);
    if (to === undefined) return [];
    return { id: ids.ofEdge(from.path, 'default', to.path), from, to, events: [], label: 'default', mark: undefined };
  });
}

/** What stands at a history state. */
export const historyMark = ({ history }: StateDescription): string => (history === 'deep' ? 'H*' : 'H');

const historyName = (state: StateDescription): string => `${historyMark(state)} ${state.name}`;

const signed = (text: string, mark: Mark | undefined): string => (mark?.sign ? `${mark.sign} ${text}` : text);
