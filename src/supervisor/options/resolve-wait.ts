import type { PingOptions, WaitOptions } from '../api/wait-options.js';
import { controlPayload } from './control-payload.js';
import { checkNumber, checkSignal, isInstance, type NumberRule, readOptions, wrongOption } from './option-rules.js';

const WAIT_MS: NumberRule = {
  least: 0,
  most: Number.POSITIVE_INFINITY,
  isWhole: false,
  allowed: 'numbers of ms from 0 on, and Infinity',
};

/**
 * Checks the options of a wait.
 *
 * @throws {OptionError} with the option's name, the value, and what is allowed; for a bare signal, with what to write.
 */
export function resolveWait(given: WaitOptions, where: string): WaitOptions {
  return checkedWait(given, WAIT_KEYS, where);
}

/**
 * Checks the options of a Ping.
 *
 * @throws {OptionError} as `resolveWait`, and for a payload that no control frame can carry.
 */
export function resolvePing(given: PingOptions): WaitOptions & { readonly payload?: Buffer | undefined } {
  const { payload, ...wait } = checkedWait(given, PING_KEYS, 'ping');
  return payload === undefined ? wait : { ...wait, payload: controlPayload(payload, 'ping: payload') };
}

const WAIT_KEYS = ['signal', 'withinMs'] as const satisfies readonly (keyof WaitOptions)[];
const PING_KEYS = [...WAIT_KEYS, 'payload'] as const satisfies readonly (keyof PingOptions)[];

function checkedWait<T extends WaitOptions>(given: T, keys: readonly (keyof T & string)[], where: string): T {
  if (isInstance(given, AbortSignal))
    throw wrongOption(`${where}: options`, `is an AbortSignal; it must be an object of options: ${where}({ signal })`);
  const options = readOptions(given, keys, where);
  checkSignal(options.signal, `${where}: signal`);
  if (options.withinMs !== undefined) checkNumber(options.withinMs, WAIT_MS, `${where}: withinMs`);
  return options;
}
