import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** One arrow: every event that leads from one state to another with the same effects. */
interface Arrow {
  readonly from: AnyStateNode;
  readonly to: AnyStateNode;
  readonly events: readonly string[];
  readonly effects: readonly string[];
}

/** Mermaid's identifiers are global and take no dots. */
const idOf = (node: AnyStateNode): string => node.path.join('_');

const namesOf = (actions: readonly unknown[]): string[] =>
  actions.map((action) =>
    typeof action === 'object' && action !== null && 'type' in action ? String(action.type) : String(action),
  );

/** A state and everything inside it, outermost first, in the order of the source. */
const within = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(within)];

/**
 * Where an arrow to a composite state ends. Mermaid fails to lay out some diagrams in which arrows end at the outer
 * box.
 */
function entryOf(node: AnyStateNode): AnyStateNode {
  const [inner] = Object.keys(node.states).length === 0 ? [] : node.initial.target;
  return inner === undefined ? node : entryOf(inner);
}

function arrowsFrom(from: AnyStateNode): Arrow[] {
  const arrows = new Map<string, Arrow & { readonly events: string[] }>();
  for (const transition of [...from.transitions.values()].flat()) {
    const effects = namesOf(transition.actions);
    for (const to of (transition.target ?? []).map(entryOf)) {
      const key = [to.id, ...effects].join(' ');
      const arrow = arrows.get(key) ?? { from, to, events: [], effects };
      arrow.events.push(transition.eventType);
      arrows.set(key, arrow);
    }
  }
  return [...arrows.values()];
}

/** Whether an arrow stays inside a state, and is drawn there. */
const isInside = ({ from, to }: Arrow, parent: AnyStateNode): boolean => from.parent === parent && to.parent === parent;

function line({ from, to, events, effects }: Arrow): string {
  const label = events.join(', ') + (effects.length === 0 ? '' : ` / ${effects.join(', ')}`);
  return `${idOf(from)} --> ${idOf(to)}: ${label}`;
}

/** Lists what a state does without leaving it: on entry, on exit, and at events that have only effects. */
function inscription(node: AnyStateNode): string[] {
  const transitions = [...node.transitions.values()].flat();
  return [
    ...(node.entry.length === 0 ? [] : [`entry / ${namesOf(node.entry).join(', ')}`]),
    ...(node.exit.length === 0 ? [] : [`exit / ${namesOf(node.exit).join(', ')}`]),
    ...transitions
      .filter(({ target }) => target === undefined)
      .map(({ eventType, actions }) => `${eventType} / ${namesOf(actions).join(', ')}`),
  ];
}

/**
 * A state's box with its inscription; a composite state has that in a note, since Mermaid's boxes of boxes take no
 * text.
 */
function box(node: AnyStateNode, arrows: readonly Arrow[]): string[] {
  const id = idOf(node);
  const head = `state "${node.key}" as ${id}`;
  const text = inscription(node);
  if (Object.values(node.states).length === 0) return [head, ...text.map((row) => `${id}: ${row}`)];
  const note = text.length === 0 ? [] : [`note right of ${id}`, ...text.map((row) => `  ${row}`), 'end note'];
  return [`${head} {`, ...body(node, arrows).map((row) => `  ${row}`), '}', ...note];
}

function body(parent: AnyStateNode, arrows: readonly Arrow[]): string[] {
  const inner = Object.values(parent.states);
  return [
    ...inner.flatMap((node) => box(node, arrows)),
    ...parent.initial.target.map((initial) => `[*] --> ${idOf(initial)}`),
    ...arrows.filter((arrow) => isInside(arrow, parent)).map(line),
    ...inner.filter((node) => node.type === 'final').map((node) => `${idOf(node)} --> [*]`),
  ];
}

/**
 * Draws a machine as a Mermaid state diagram: states nested as in the source, one arrow for all events that lead the
 * same way with the same effects, `event / effect` on it.
 *
 * The text depends on the machine alone, line by line in the order of its source, so that it can be compared.
 */
export function toMermaid(machine: AnyStateMachine): string {
  const { root } = machine;
  const arrows = within(root).flatMap(arrowsFrom);
  // An arrow that crosses the border of a composite state is drawn outside: inside, Mermaid would make a new state of
  // its target.
  const isDrawnInside = (arrow: Arrow): boolean => within(root).some((node) => isInside(arrow, node));
  const crossing = arrows.filter((arrow) => !isDrawnInside(arrow)).map(line);
  return ['stateDiagram-v2', ...[...body(root, arrows), ...crossing].map((text) => `  ${text}`), ''].join('\n');
}
