import { OptionError } from '../../index.js';

/** Options that are given once; yargs makes lists of those given twice. */
export function single(name: string, value: unknown): unknown {
  if (Array.isArray(value)) throw new OptionError(`--${name} is given ${value.length} times; it may be given once.`);
  return value;
}

/** Reads ms, from 0 to the longest interval of a timer. */
export const toMs = (name: string) => (value: unknown) => {
  const given = single(name, value);
  if (given === undefined) return undefined;
  const ms = typeof given === 'string' && /^\d+(?:\.\d+)?(?:e\d+)?$/i.test(given) ? Number(given) : Number.NaN;
  if (!(ms >= 0 && ms < 2 ** 31))
    throw new OptionError(`--${name} is ${JSON.stringify(given)}; it must be milliseconds from 0 to 2147483647.`);
  return ms;
};

/** Reads a text. */
export const toText = (name: string) => (value: unknown) => single(name, value) as string | undefined;

/** Reads an option that may be given several times. */
export const toList = (value: unknown): string[] | undefined =>
  value === undefined ? undefined : [value].flat().map(String);

/** An option that takes a value. Everything is read as text, so that messages can show what was typed. */
export const valued = <T>(description: string, coerce: (value: unknown) => T) =>
  ({ string: true, requiresArg: true, description, coerce }) as const;

/** An option without a value. */
export const flag = (description: string) => ({ boolean: true, description }) as const;
