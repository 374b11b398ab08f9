import type { MachineDescription, StateDescription, TransitionDescription } from './description.js';
import { actionsLabel, guardLabel, transitionLabel } from './label.js';

/** One arrow of a drawing: all transitions that lead from one state to another in the same way. */
export interface Arrow {
  readonly from: StateDescription;
  readonly to: StateDescription;
  readonly label: string;
}

/** The arrows of a machine, and its states by id. */
export interface Drawing {
  readonly arrows: readonly Arrow[];
  readonly byId: ReadonlyMap<string, StateDescription>;
  readonly parentOf: (state: StateDescription) => StateDescription | undefined;
}

/** One arrow for all events that lead the same way under the same guard with the same effects. */
export function drawingOf(machine: MachineDescription): Drawing {
  const byId = new Map(machine.states.map((state) => [state.id, state]));
  const parents = new Map(machine.states.flatMap((state) => state.states.map((inner) => [inner.id, state])));
  return {
    byId,
    parentOf: ({ id }) => parents.get(id),
    arrows: machine.states.flatMap((state) => [...arrowsFrom(state, byId), ...historyArrows(state, byId)]),
  };
}

function arrowsFrom(from: StateDescription, byId: ReadonlyMap<string, StateDescription>): Arrow[] {
  const groups = new Map<string, { readonly to: StateDescription; readonly transitions: TransitionDescription[] }>();
  for (const transition of from.transitions) {
    for (const target of transition.targets ?? []) {
      const to = byId.get(target);
      if (to === undefined) continue;
      const guard = transition.guard === undefined ? '' : guardLabel(transition.guard);
      const key = JSON.stringify([target, guard, transition.reenter, actionsLabel(transition.actions)]);
      const group = groups.get(key) ?? { to, transitions: [] };
      group.transitions.push(transition);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ to, transitions }) => ({ from, to, label: transitionLabel(transitions) }));
}

function historyArrows(from: StateDescription, byId: ReadonlyMap<string, StateDescription>): Arrow[] {
  return from.historyTargets.flatMap((target) => {
    const to = byId.get(target);
    return to === undefined ? [] : [{ from, to, label: 'default' }];
  });
}

/** What stands at a history state. */
export const historyMark = ({ history }: StateDescription): string => (history === 'deep' ? 'H*' : 'H');
