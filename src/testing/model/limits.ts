import { wrongOption } from '../../supervisor/options/option-rules.js';
import type { OptionError } from '../../transport/errors.js';
import type { Model, Position } from './model.js';
import { createKeyOf } from './state-key.js';

/** A machine whose states have no end, as far as the search has come. */
export function tooManyStates(
  { machine }: Model,
  places: readonly { readonly position: Position }[],
  maxStates: number,
): OptionError {
  const keyOf = createKeyOf();
  const variety = new Map<string, Set<string>>();
  for (const { position } of places)
    for (const [name, value] of Object.entries(Object(position.snapshot.context)))
      variety.set(name, (variety.get(name) ?? new Set()).add(keyOf(value)));
  const [widest] = [...variety].toSorted(([, a], [, b]) => b.size - a.size);
  const hint =
    widest === undefined || widest[1].size === 1 ? '' : ` (context.${widest[0]} has ${widest[1].size} values)`;
  return wrongOption(
    'createTestModel: maxStates',
    `is ${maxStates}, and the machine ${machine.id} has more states than that${hint}; ` +
      'raise it, or say with distinguish in what two states differ',
  );
}

export function tooManyPaths(call: string, maxPaths: number): OptionError {
  return wrongOption(
    `${call}: maxPaths`,
    `is ${maxPaths}, and there are more paths than that; ` +
      'raise it, give fewer events, or say with distinguish in what two states differ',
  );
}
