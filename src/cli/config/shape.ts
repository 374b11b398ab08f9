import * as v from 'valibot';

/** Returns a value as messages show it. */
function shown(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? 'a list'
      : 'an object'
    : JSON.stringify(value);
}

/** Makes the second half of a message: the value, and what it must be. */
export const must = (be: string) => (issue: v.BaseIssue<unknown>) => `is ${shown(issue.input)}; it must be ${be}`;

/** The same for values that may be credentials: they are not shown. */
export const ofType = ({ input }: v.BaseIssue<unknown>) => `is of type ${typeof input}; it must be a text`;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object without unknown keys. Valibot would take a list for an object. */
export function object<const Entries extends v.ObjectEntries>(what: string, entries: Entries) {
  const keys = v.strictObject(entries, ({ expected }) =>
    expected === 'never'
      ? `is unknown; ${what} has ${Object.keys(entries).join(', ')}`
      : `is missing; ${what} needs it`,
  );
  return v.pipe(v.custom<object>(isObject, must(what)), keys);
}

export const text = (be: string) => v.string(must(be));
export const list = <Item extends v.GenericSchema>(item: Item, be: string) => v.array(item, must(be));
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  v.picklist(words, must(words.map((word) => JSON.stringify(word)).join(' or ')));
export const number = v.exactOptional(v.number(must('a number')));
export const toggle = v.exactOptional(v.boolean(must('true or false')));

/** The message of a union: what it takes, or what is wrong inside the branch that the value was meant for. */
export function branchMessage(
  issue: v.UnionIssue<v.BaseIssue<unknown>>,
  otherwise: (issue: v.BaseIssue<unknown>) => string,
): string {
  const inner = typeof issue.input === 'object' ? issue.issues?.find(({ path }) => path !== undefined) : undefined;
  return inner === undefined ? otherwise(issue) : `has ${placeOf(inner)}, which ${inner.message}`;
}

/** The place of an issue, written as in JavaScript. */
export function placeOf({ path }: Pick<v.BaseIssue<unknown>, 'path'>): string {
  const steps = path?.map(({ key }, i) =>
    typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`,
  );
  return steps?.join('') ?? '';
}
