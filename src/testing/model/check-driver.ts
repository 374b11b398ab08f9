import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { isPattern, takes } from '../../machines/diagram/event-pattern.js';
import { wrongOption } from '../../supervisor/options/option-rules.js';
import type { OptionError } from '../../transport/errors.js';
import type { EventSource } from './choices.js';
import type { AnyDriver } from './driver.js';
import { isTransient, leavesOf, nameOf, statesOf } from './machine-parts.js';

/** What can bring an event about. */
export interface Offer {
  readonly events: EventSource;
  readonly ignored: EventSource;
  /** The types of events that are generated. */
  readonly generated: readonly string[];
  /** What the driver does not bring about. */
  readonly undriven: readonly string[];
}

/**
 * Checks that driver and machine know the same events and states: what has no executor would be passed over, and an
 * executor that nothing calls is a mistake as well.
 *
 * @throws {OptionError} for the first thing that is missing or too much.
 */
export function checkDriver(machine: AnyStateMachine, driver: AnyDriver, offer: Offer): void {
  checkEvents(machine, driver, offer);
  checkStates(machine, driver);
}

/**
 * Checks that every event that the machine takes is offered.
 *
 * @param types what is offered.
 * @throws {OptionError} for the first event that is not.
 */
export function checkOffered(machine: AnyStateMachine, types: Iterable<string>, undriven: readonly string[]): void {
  const offered = [...types];
  for (const descriptor of descriptorsOf(machine)) {
    if (undriven.includes(descriptor) || offered.some((type) => takes(descriptor, type))) continue;
    throw fault(
      'events',
      `has no ${descriptor}, which the machine ${machine.id} takes; add one for each payload that matters, ` +
        'or name it in undriven if the driver cannot bring it about',
    );
  }
}

const fault = (option: string, problem: string): OptionError => wrongOption(`createTestModel: ${option}`, problem);

function checkEvents(
  machine: AnyStateMachine,
  driver: AnyDriver,
  { events, ignored, generated, undriven }: Offer,
): void {
  const descriptors = descriptorsOf(machine);
  const isKnown = (type: string): boolean => descriptors.some((descriptor) => takes(descriptor, type));
  const listed = [...typesOf(events), ...generated];
  const executors = Object.keys(driver.events);
  for (const type of undriven)
    if (!descriptors.includes(type)) throw fault('undriven', unknown(machine, 'event', type, descriptors));
  for (const type of listed) if (!isKnown(type)) throw fault('events', unknown(machine, 'event', type, descriptors));
  if (typeof events !== 'function') checkOffered(machine, listed, undriven);
  // A function is asked later what it offers. What the machine takes by name can be seen now.
  const expected = typeof events === 'function' ? descriptors.filter((type) => !isPattern(type)) : listed;
  for (const type of [...expected, ...typesOf(ignored)])
    if (!executors.includes(type) && !executors.includes('*') && !undriven.includes(type))
      throw fault('driver.events', `has no executor for ${type}; without one its steps would be passed over`);
  for (const type of executors) {
    if (type === '*' || isKnown(type) || typesOf(ignored).includes(type)) continue;
    throw fault('driver.events', unknown(machine, 'event', type, descriptors));
  }
}

function checkStates(machine: AnyStateMachine, driver: AnyDriver): void {
  const names = [machine.root, ...statesOf(machine)].map(nameOf);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(`createTestModel: the machine ${machine.id} has two states with the path ${twice}; rename one.`);
  const checks = Object.keys(driver.states);
  for (const name of checks)
    if (name !== '*' && !names.includes(name)) throw fault('driver.states', unknown(machine, 'state', name, names));
  const unchecked = leavesOf(machine).find(
    (leaf: AnyStateNode) => !isTransient(leaf) && !checks.includes(nameOf(leaf)) && !checks.includes('*'),
  );
  if (unchecked !== undefined)
    throw fault(
      'driver.states',
      `has no check for ${nameOf(unchecked)}; without one the system would not be looked at there`,
    );
}

/** What the machine takes from outside: not what its delays and its states bring about. */
function descriptorsOf(machine: AnyStateMachine): readonly string[] {
  const all = [machine.root, ...statesOf(machine)].flatMap((node) => [...node.transitions.keys()]);
  return [...new Set(all)].filter((type) => !/^xstate\.(after|done\.state)\./.test(type));
}

const typesOf = (source: EventSource): string[] => (typeof source === 'function' ? [] : source.map(({ type }) => type));

/** That something is not there, and what may have been meant. */
function unknown({ id }: AnyStateMachine, kind: 'event' | 'state', name: string, names: readonly string[]): string {
  const last = (path: string): string | undefined => path.toLowerCase().split('.').at(-1);
  const meant = names.filter((other) => last(other) === last(name));
  const hint = meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : `it has ${names.join(', ')}`;
  return `has ${name}, but the machine ${id} has no such ${kind}; ${hint}`;
}
