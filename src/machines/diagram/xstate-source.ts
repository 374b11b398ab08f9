import type { AnyStateMachine } from 'xstate';
import { describeMachine } from './describe.js';
import type { ActionDescription, GuardDescription, MachineDescription, ValueDescription } from './description.js';
import { guardName } from './label.js';
import { configOf } from './xstate-config.js';

/**
 * Writes a machine as a TypeScript module that exports it as `machine`, with `setup` and `createMachine`.
 *
 * Actions, guards, and actors have stubs to fill in, or to replace with `provide`: actions do nothing, guards are
 * `true`. Inline functions have stubs named `action_1` and `guard_1`, counted in the order of the source; a delay of
 * unknown length is 1000 ms. XState's built-in actions are calls where their arguments are data.
 */
export function toXStateSource(machine: AnyStateMachine): string {
  const description = describeMachine(machine);
  const used: Used = { imports: new Set(['setup']), actions: new Set(), guards: new Map() };
  const config = configOf(description, {
    action: (action) => actionCode(action, used),
    guard: (guard) => guardCode(guard, used),
    historyTargets: (targets) => new Code(`${inLine(targets)} as unknown as string`),
  });
  const stubs = stubsOf(description, used);
  const body = `setup(${printed(stubs)}).createMachine(${printed(config)});`;
  const imports = [...used.imports].toSorted().join(', ');
  return `import { ${imports} } from 'xstate';\n\nexport const machine = ${body}\n`;
}

/** What the module imports and stubs. */
interface Used {
  readonly imports: Set<string>;
  readonly actions: Set<string>;
  /** Their code by name. */
  readonly guards: Map<string, Code>;
}

/** Code that stands in the text as it is. */
class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function stubsOf({ states, delays }: MachineDescription, used: Used): Record<string, unknown> {
  const stub = (names: Iterable<string>, code: string): [string, Code][] =>
    [...names].map((name) => [name, new Code(code)]);
  const actors = new Set(states.flatMap(({ invokes }) => invokes.map(({ src }) => src)));
  if (actors.size > 0) used.imports.add('fromPromise');
  const named = states.flatMap((state) =>
    state.delays.flatMap(({ delay }) => (typeof delay === 'string' ? delay : [])),
  );
  const groups = {
    actions: stub(used.actions, '(_: unknown, _params: unknown): void => {}'),
    actors: stub(actors, 'fromPromise<unknown, unknown>(() => Promise.resolve())'),
    delays: [...new Set(named)].map((name): [string, unknown] => [
      name,
      Object.hasOwn(delays, name) ? delays[name] : 1000,
    ]),
    guards: [...used.guards],
  };
  const filled = Object.entries(groups).filter(([, group]) => group.length > 0);
  return Object.fromEntries(filled.map(([kind, group]) => [kind, Object.fromEntries(group)]));
}

/** The arguments of XState's own actions, in their order; those after them are options. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  assign: ['assignment'],
  raise: ['event'],
  sendTo: ['to', 'event'],
  log: ['value', 'label'],
  emit: ['event'],
  cancel: ['sendId'],
  stopChild: ['actorRef'],
};

function actionCode(action: ActionDescription, used: Used): unknown {
  const { kind, name, params, parts } = action;
  const ordered = CALLS[kind];
  const isData = Object.values(parts).every(({ isStatic }) => isStatic);
  if (ordered !== undefined && isData) {
    used.imports.add(kind);
    const values = ordered.map((part) => parts[part]);
    const rest = Object.entries(parts).filter(([part]) => !ordered.includes(part));
    const options = rest.length === 0 ? [] : [inLine(valuesOf(rest))];
    return new Code(`${kind}(${[...values.map(argument), ...options].join(', ').replace(/(?:, undefined)+$/, '')})`);
  }
  used.actions.add(name);
  return params?.isStatic === true ? { type: name, params: params.value } : name;
}

const argument = (value: ValueDescription | undefined): string =>
  value === undefined ? 'undefined' : inLine(value.value);

const valuesOf = (parts: readonly (readonly [string, ValueDescription])[]): Record<string, unknown> =>
  Object.fromEntries(parts.map(([part, { value }]) => [part, value]));

function guardCode(guard: GuardDescription, used: Used): unknown {
  if (guard.kind === 'named' || guard.kind === 'inline') {
    used.guards.set(guard.name, new Code('(_: unknown, _params: unknown): boolean => true'));
    return guard.params?.isStatic === true ? { type: guard.name, params: guard.params.value } : guard.name;
  }
  used.imports.add(guard.kind);
  if (guard.kind === 'stateIn') {
    // By name: the types of XState take it beside other guards only so.
    used.guards.set(guardName(guard), new Code(`stateIn(${inLine(guard.stateValue)})`));
    return guardName(guard);
  }
  const inner = guard.guards.map((part) => guardCode(part, used));
  return new Code(guard.kind === 'not' ? `not(${inLine(inner[0])})` : `${guard.kind}(${inLine(inner)})`);
}

/** A value as source text in one line, the argument of a call. */
function inLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inLine).join(', ')}]`;
  if (value instanceof Code || typeof value !== 'object' || value === null) return printed(value);
  const members = Object.entries(value).map(([key, member]) => `${keyText(key)}: ${inLine(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** A value as source text. */
function printed(value: unknown, indent = ''): string {
  if (value instanceof Code) return value.text;
  if (typeof value === 'string') return literal(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[${value.map((item) => printed(item, indent)).join(', ')}]`;
  const members = Object.entries(value).map(([key, member]) => `${inner}${keyText(key)}: ${printed(member, inner)},`);
  return members.length === 0 ? '{}' : `{\n${members.join('\n')}\n${indent}}`;
}

const literal = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** `__proto__` as a plain key would set the prototype. */
const keyText = (key: string): string =>
  key === '__proto__' ? "['__proto__']" : /^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key);
