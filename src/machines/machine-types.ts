import type { AnyStateMachine, EventObject, StateMachine, StateValueFrom } from 'xstate';

/** The names of a machine's outermost states: `'connecting' | 'open' | ...`. */
export type StateNameOf<Machine extends AnyStateMachine> = NameIn<StateValueFrom<Machine>>;

/** The events that a machine takes. */
export type EventOf<Machine extends AnyStateMachine> = Parameters<Machine['transition']>[1] & EventObject;

/** The names of the effects that a machine asks for. */
export type EffectOf<Machine extends AnyStateMachine> =
  // XState exports no type that does this; every parameter is inferred since the class is invariant in them.
  Machine extends StateMachine<
    infer _Context,
    infer _Event,
    infer _Children,
    infer _Actor,
    infer Action,
    infer _Guard,
    infer _Delay,
    infer _StateValue,
    infer _Tag,
    infer _Input,
    infer _Output,
    infer _Emitted,
    infer _Meta,
    infer _StateSchema,
    infer _TransitionMeta
  >
    ? Action['type']
    : never;

type NameIn<Value> = Value extends string ? Value : keyof Value & string;
