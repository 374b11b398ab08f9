import { read } from '../../transport/read-options.js';
import { show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';
import type { SchemaResult, StandardSchema } from './standard-schema.js';

const KNOWN = 'a Standard Schema of version 1, such as one of zod from 3.24 on, valibot 1, or arktype 2';

/** Validates one value. Throws, or rejects with, what the schema throws or rejects with. */
export type Validate<Output> = (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;

/**
 * Reads how a schema validates.
 *
 * @throws {OptionError} for anything but a Standard Schema.
 */
export function validatorOf<Output>(schema: StandardSchema<Output>): Validate<Output> {
  const given: unknown = schema;
  // The types of arktype are functions.
  const isThing = (typeof given === 'object' && given !== null) || typeof given === 'function';
  const standard: unknown = isThing ? read(() => schema['~standard'], 'messages: schema') : undefined;
  if (typeof standard !== 'object' || standard === null || read(() => !isStandard(standard), 'messages: schema'))
    throw wrongOption('messages: schema', `is ${show(given)}; it must be ${KNOWN}`);
  const { validate } = schema['~standard'];
  return (value) => validate.call(standard, value);
}

function isStandard(standard: object): boolean {
  return 'version' in standard && standard.version === 1 && typeof Reflect.get(standard, 'validate') === 'function';
}

/** Checks what a schema has returned. @throws {OptionError} for what no Standard Schema returns. */
export function checkedResult<Output>(result: SchemaResult<Output>): SchemaResult<Output> {
  const given: unknown = result;
  const isResult = typeof given === 'object' && given !== null && (Array.isArray(result.issues) || isSuccess(result));
  if (!isResult)
    throw wrongOption('messages: schema', `has returned ${show(given)}; it must return a value, or a list of issues`);
  return result;
}

/** Whether a result has a value, which may be `undefined`. */
function isSuccess(result: object): boolean {
  return 'value' in result && Reflect.get(result, 'issues') === undefined;
}
