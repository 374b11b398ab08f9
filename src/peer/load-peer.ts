import { createRequire } from 'node:module';
import { PlatformError } from '../transport/errors.js';

/**
 * Loads a package that the user installs if he wants what stands on it.
 *
 * @param name the package.
 * @param range the releases that fit, as npm writes them.
 * @param call what needs it, for the message.
 * @throws {PlatformError} when it is not installed, with the command that installs it.
 */
export function loadPeer(
  name: string,
  range: string,
  call: string,
  load: (name: string) => unknown = require,
): unknown {
  try {
    return load(name);
  } catch (cause) {
    const isMissing = (cause as { readonly code?: unknown } | undefined)?.code === 'MODULE_NOT_FOUND';
    const problem = isMissing ? 'is not installed' : 'cannot be loaded';
    throw new PlatformError(`${call}: the package ${name} ${problem}; run npm install ${name}@${range}.`, { cause });
  }
}

const require = createRequire(import.meta.url);
