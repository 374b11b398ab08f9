import { readFile } from 'node:fs/promises';
import { OptionError } from '../../index.js';
import { messageOf } from '../process/message-of.js';
import { type Config, checkConfig } from './config.js';
import { jsonFault } from './json-fault.js';

const BYTE_ORDER_MARK = /^\u{feff}/u;

/**
 * Reads and checks a configuration file.
 *
 * @throws {OptionError} for a file that cannot be read, is not JSON, or is not a configuration. The message begins with
 *   the file's name.
 */
export async function readConfig(file: string): Promise<Config> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new OptionError(`${file} cannot be read: ${messageOf(cause)}.`, { cause });
  });
  return parseConfig(text.replace(BYTE_ORDER_MARK, ''), file);
}

/** @throws {OptionError} for a text that is not JSON. */
export function parseConfig(text: string, file: string): Config {
  const fault = jsonFault(text);
  if (fault !== undefined)
    throw new OptionError(`${file} is no JSON: line ${fault.line}, column ${fault.column} must be ${fault.expected}.`);
  try {
    return checkConfig(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new OptionError(`${file}: ${error.message}`, { cause: error });
  }
}
