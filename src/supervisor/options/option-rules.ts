import { show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';

export { checkObject, isPlain, read, readList, readOptions } from '../../transport/read-options.js';
export { isInstance, isList, show, showName } from '../../transport/show.js';
export { nameOf, wrongOption } from '../../transport/wrong-option.js';

/** What a number may be. */
export interface NumberRule {
  readonly least: number;
  readonly most: number;
  /** Whole numbers only; `Infinity`, where `most` allows it, counts as whole. */
  readonly isWhole: boolean;
  /** Whether `least` itself is excluded. */
  readonly isAbove?: boolean;
  /** Ends the sentence "allowed are ...". */
  readonly allowed: string;
}

/** @throws {OptionError} for anything but a number that the rule allows. */
export function checkNumber(value: unknown, rule: NumberRule, name: string): number {
  const isNumber =
    typeof value === 'number' && (!rule.isWhole || Number.isSafeInteger(value) || value === Number.POSITIVE_INFINITY);
  if (!isNumber || !(value <= rule.most) || !(rule.isAbove === true ? value > rule.least : value >= rule.least)) {
    throw wrongOption(name, `is ${show(value)}; allowed are ${rule.allowed}`);
  }
  return value;
}
