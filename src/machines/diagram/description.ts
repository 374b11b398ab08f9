/** A machine as plain data, from which every exporter prints. */
export interface MachineDescription {
  /** The machine's own id. */
  readonly id: string;
  readonly root: StateDescription;
  /** Every state, the root first, in the order of the source. */
  readonly states: readonly StateDescription[];
  /** The initial context, if it is data. `undefined` if a function makes it. */
  readonly context: unknown;
  /** The delays that are numbers, by name, in milliseconds. */
  readonly delays: Readonly<Record<string, number>>;
}

/** One state. */
export interface StateDescription {
  /** Unique in the machine, stable, and an identifier in every format: letters, digits, and `_`. */
  readonly id: string;
  /** The id that XState gives it. */
  readonly xstateId: string;
  /** Whether the source sets that id. */
  readonly hasOwnId: boolean;
  /** Its key in the source. */
  readonly name: string;
  readonly path: readonly string[];
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Of a history state. */
  readonly history: 'shallow' | 'deep' | undefined;
  /** Where a history state leads before its parent was left: ids. Empty in other states. */
  readonly historyTargets: readonly string[];
  /** Whether the source sets them. */
  readonly hasHistoryTarget: boolean;
  /** Of a compound state. */
  readonly initial: InitialDescription | undefined;
  readonly entry: readonly ActionDescription[];
  readonly exit: readonly ActionDescription[];
  readonly invokes: readonly InvokeDescription[];
  /** The delays after which something happens: numbers in milliseconds, or names. */
  readonly delays: readonly DelayDescription[];
  /** In the order in which XState tries them for one event. */
  readonly transitions: readonly TransitionDescription[];
  readonly tags: readonly string[];
  readonly description: string | undefined;
  /** The part of it that is data. */
  readonly meta: unknown;
  readonly output: ValueDescription | undefined;
  readonly states: readonly StateDescription[];
}

/** Data, or a function that makes it. */
export type ValueDescription =
  | { readonly isStatic: true; readonly value: unknown }
  | { readonly isStatic: false; readonly value: unknown };

export interface InitialDescription {
  readonly target: string;
  readonly actions: readonly ActionDescription[];
}

export interface InvokeDescription {
  readonly id: string;
  readonly systemId: string | undefined;
  /** The name in the source; of logic that stands there itself a name that is unique, such as `actor_2`. */
  readonly src: string;
  readonly input: ValueDescription | undefined;
}

export interface DelayDescription {
  readonly delay: number | string;
  /** The event that XState raises when the delay has passed. */
  readonly event: string;
}

/** What sets a transition off. */
export type TriggerDescription =
  | { readonly kind: 'event' }
  | { readonly kind: 'always' }
  | { readonly kind: 'after'; readonly delay: number | string }
  /** The state itself has reached its end. */
  | { readonly kind: 'done' }
  /** The event `xstate.route` names the id of the state that has a `route`. */
  | { readonly kind: 'route'; readonly id: string }
  | { readonly kind: 'actor-done' | 'actor-error' | 'actor-snapshot'; readonly invoke: string };

export interface TransitionDescription {
  readonly source: string;
  readonly trigger: TriggerDescription;
  /** The event's type or pattern in XState; empty for `always`. */
  readonly event: string;
  /** Its place among the transitions of its source for that event, from 0. */
  readonly index: number;
  readonly guard: GuardDescription | undefined;
  /** Ids. `undefined` where no state is left. */
  readonly targets: readonly string[] | undefined;
  readonly reenter: boolean;
  readonly actions: readonly ActionDescription[];
  readonly description: string | undefined;
}

/** What a machine does by itself, without an implementation of its user's. */
export type BuiltInAction =
  | 'assign'
  | 'raise'
  | 'sendTo'
  | 'log'
  | 'emit'
  | 'cancel'
  | 'spawnChild'
  | 'stopChild'
  | 'enqueueActions';

export interface ActionDescription {
  readonly kind: 'named' | 'inline' | BuiltInAction;
  /** The name in the source; of others a name that is unique in the machine, such as `assign_2`. */
  readonly name: string;
  readonly params: ValueDescription | undefined;
  /** The arguments of a built-in action by name, those that were given. */
  readonly parts: Readonly<Record<string, ValueDescription>>;
  /** What stands in the source. */
  readonly implementation: unknown;
}

/** A guard that its user implements. */
interface LeafGuard<Kind> {
  readonly kind: Kind;
  /** The name in the source; of a function a name that is unique in the machine, such as `guard_2`. */
  readonly name: string;
  readonly params: ValueDescription | undefined;
  readonly implementation: unknown;
}

interface CombinedGuard<Kind> {
  readonly kind: Kind;
  readonly guards: readonly GuardDescription[];
}

export type GuardDescription =
  | LeafGuard<'named'>
  | LeafGuard<'inline'>
  | CombinedGuard<'and'>
  | CombinedGuard<'or'>
  | CombinedGuard<'not'>
  | {
      readonly kind: 'stateIn';
      readonly stateValue: unknown;
      /** The states that must all be active: ids. */
      readonly states: readonly string[];
    };
