import type {
  ActionDescription,
  GuardDescription,
  MachineDescription,
  StateDescription,
  TransitionDescription,
} from './description.js';

/** How actions and guards are written. */
export interface Spelling {
  readonly action: (action: ActionDescription) => unknown;
  readonly guard: (guard: GuardDescription) => unknown;
  /** Several targets of a history state: `createMachine` takes them, its types do not. */
  readonly historyTargets: (targets: readonly string[]) => unknown;
}

/** A machine's configuration, as `createMachine` takes it: members that are not needed are left out. */
export function configOf(machine: MachineDescription, spelling: Spelling): Record<string, unknown> {
  const byId = new Map(machine.states.map((state) => [state.id, state]));
  /** Absolute, except to a sibling whose key says nothing else. */
  const targetOf = (id: string, source: StateDescription | undefined): string => {
    const path = byId.get(id)?.path ?? [];
    const key = path.at(-1) ?? '';
    const isSibling =
      source !== undefined &&
      path.length === source.path.length &&
      path.slice(0, -1).every((k, at) => k === source.path[at]);
    if (isSibling && path.length > 0 && /^[^.#\\]+$/.test(key)) return key;
    // XState takes a key that begins with `#` for an id, and none for the end of a path: the whole id stands then.
    const isPlain = path.every((part) => !/^(?:#|$)/.test(part));
    const parts = isPlain ? [machine.id, ...path] : [byId.get(id)?.xstateId ?? ''];
    return `#${parts.map((part) => part.replaceAll(/[.\\]/g, '\\$&')).join('.')}`;
  };
  const context = machine.context === undefined ? {} : { context: machine.context };
  const routes = machine.root.transitions.filter(({ trigger }) => trigger.kind === 'route');
  const { id: _id, ...root } = stateConfig(machine.root, { ...spelling, targetOf, routes });
  return { id: machine.id, ...context, ...root };
}

interface Writer extends Spelling {
  /** The transitions that states offer as their `route`. */
  readonly routes: readonly TransitionDescription[];
  readonly targetOf: (id: string, source: StateDescription | undefined) => string;
}

function stateConfig(state: StateDescription, writer: Writer): Record<string, unknown> {
  const of = (kind: string, invoke?: string): TransitionDescription[] =>
    state.transitions.filter(
      ({ trigger }) =>
        trigger.kind === kind && (invoke === undefined || ('invoke' in trigger && trigger.invoke === invoke)),
    );
  const write = (transitions: readonly TransitionDescription[]): unknown => {
    const written = transitions.map((transition) => transitionConfig(transition, state, writer));
    const [first] = written;
    // The types of XState take a target alone, but not in a list.
    return written.length === 1 && first !== undefined ? targetAlone(first) : single(written);
  };
  const { initial, hasHistoryTarget } = state;
  const historyTargets = hasHistoryTarget ? state.historyTargets.map((id) => writer.targetOf(id, undefined)) : [];
  const isPlain = state.type === 'atomic' || state.type === 'compound';
  return defined({
    id: state.hasOwnId ? state.xstateId : undefined,
    type: isPlain ? undefined : state.type,
    history: state.history,
    target: historyTargets.length > 1 ? writer.historyTargets(historyTargets) : historyTargets[0],
    description: state.description,
    route: routeConfig(state, writer),
    tags: state.tags.length === 0 ? undefined : state.tags,
    meta: state.meta,
    entry: actionsConfig(state.entry, writer),
    exit: actionsConfig(state.exit, writer),
    invoke: single(
      state.invokes.map(({ id, systemId, src, input }) =>
        defined({
          id,
          systemId,
          src,
          input: input?.isStatic === true ? input.value : undefined,
          onDone: write(of('actor-done', id)),
          onError: write(of('actor-error', id)),
          onSnapshot: write(of('actor-snapshot', id)),
        }),
      ),
    ),
    always: write(of('always')),
    on: grouped(of('event'), ({ event }) => event, write),
    after: grouped(of('after'), ({ trigger }) => ('delay' in trigger ? String(trigger.delay) : ''), write),
    onDone: write(of('done')),
    output: state.output?.isStatic === true ? state.output.value : undefined,
    initial:
      initial === undefined
        ? undefined
        : initial.actions.length === 0
          ? keyOf(state, initial.target)
          : { target: keyOf(state, initial.target), actions: actionsConfig(initial.actions, writer) },
    states:
      state.states.length === 0
        ? undefined
        : Object.fromEntries(state.states.map((inner) => [inner.name, stateConfig(inner, writer)])),
  });
}

function routeConfig({ id }: StateDescription, writer: Writer): unknown {
  const route = writer.routes.find(({ targets }) => targets?.[0] === id);
  if (route === undefined) return undefined;
  const { target: _target, ...rest } = transitionConfig(route, undefined, writer);
  return rest;
}

function transitionConfig(
  transition: TransitionDescription,
  source: StateDescription | undefined,
  writer: Writer,
): Record<string, unknown> {
  const { targets, guard, reenter, actions, description } = transition;
  return defined({
    target: single((targets ?? []).map((id) => writer.targetOf(id, source))),
    guard: guard === undefined ? undefined : writer.guard(guard),
    reenter: reenter || undefined,
    actions: actionsConfig(actions, writer),
    description,
  });
}

function targetAlone(transition: Record<string, unknown>): unknown {
  const { target } = transition;
  return typeof target === 'string' && Object.keys(transition).length === 1 ? target : transition;
}

const actionsConfig = (actions: readonly ActionDescription[], { action }: Writer): unknown =>
  single(actions.map(action));

const keyOf = (state: StateDescription, id: string): string | undefined =>
  state.states.find((inner) => inner.id === id)?.name;

function grouped(
  transitions: readonly TransitionDescription[],
  keyOfOne: (transition: TransitionDescription) => string,
  write: (transitions: readonly TransitionDescription[]) => unknown,
): Record<string, unknown> | undefined {
  if (transitions.length === 0) return undefined;
  const groups = new Map<string, TransitionDescription[]>();
  for (const transition of transitions) {
    const key = keyOfOne(transition);
    groups.set(key, [...(groups.get(key) ?? []), transition]);
  }
  return Object.fromEntries([...groups].map(([key, group]) => [key, write(group)]));
}

/** One stands alone, none is left out. */
const single = (items: readonly unknown[]): unknown =>
  items.length === 0 ? undefined : items.length === 1 ? items[0] : items;

const defined = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
