import { ChildError, OptionError } from '../../index.js';

/**
 * Runs `act`, which calls the library. If the library rejects an option, the error names its place in a configuration
 * file instead of the call, which the author of the file has not made.
 *
 * @param place the entry, such as `listeners[0]`; empty for the whole configuration.
 * @throws {OptionError} beginning with the file and the place. Other errors pass unchanged.
 */
export async function located<T>(file: string | undefined, place: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (file === undefined || !(error instanceof OptionError || error instanceof ChildError)) throw error;
    const { problem } = error;
    const isOption = error instanceof OptionError;
    const path = [place, isOption ? error.option : 'id'].filter((part) => part !== undefined && part !== '').join('.');
    const message = [`${file}:`, isOption ? path : `${path}:`, problem].filter((part) => part !== '').join(' ');
    throw new OptionError(message, { option: path, problem, cause: error });
  }
}
