import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OptionError } from '../../index.js';
import { messageOf } from './message-of.js';

/**
 * Loads a module that the user has named, so that it runs.
 *
 * @param file its path, relative to the working directory.
 * @param subject how messages begin, before their verb.
 * @throws {OptionError} one sentence: it does not exist, it throws, or it is TypeScript, whose types are not stripped.
 */
export async function loadModule(file: string, subject: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(file);
  if (!existsSync(path)) throw new OptionError(`${subject} does not exist.`);
  if (extname(path).endsWith('ts') && !('typescript' in process.features && process.features.typescript))
    throw new OptionError(
      `${subject} is TypeScript, and Node.js ${process.version} does not strip types: ` +
        'compile it to JavaScript, or use Node.js 22.18 or later.',
    );
  try {
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new OptionError(`${subject} cannot be loaded: ${messageOf(cause).split('\n', 1)[0]}${adviceOn(cause)}`, {
      cause,
    });
  }
}

/** Enums, namespaces, and parameter properties are more than types: JavaScript has to be made of them. */
function adviceOn(cause: unknown): string {
  const isTooMuch = cause instanceof Error && 'code' in cause && cause.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
  return isTooMuch ? '; Node.js strips types only: write it otherwise, or compile it to JavaScript' : '';
}
