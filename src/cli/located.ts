import { ChildError, OptionError } from '../index.js';

/** The call by which the library's messages begin; in a file nobody has called anything. */
const CALL = /^(?:createSupervisor|listen|dial): /;

/**
 * Does what the library checks; what it finds wrong is said to be wrong at a place of a configuration file.
 *
 * @param place the entry, `listeners[0]` for example; empty for the whole configuration.
 * @throws {OptionError} beginning with the file and the place. Other errors pass as they are.
 */
export async function located<T>(file: string | undefined, place: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (file === undefined || !(error instanceof OptionError || error instanceof ChildError)) throw error;
    throw new OptionError(`${file}: ${place}${place === '' ? '' : '.'}${error.message.replace(CALL, '')}`, {
      cause: error,
    });
  }
}
