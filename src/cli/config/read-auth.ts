import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createJwtAuthenticator, type JwtAuthenticator } from '../../adapters/jwt/index.js';
import { OptionError } from '../../index.js';
import { messageOf } from '../process/message-of.js';
import type { AuthConfig } from './config.js';
import { located } from './located.js';

/**
 * Makes what checks the tokens of clients.
 *
 * @param place where the settings stand in the file, such as `auth`.
 * @param folder what names of files are relative to.
 * @throws {OptionError} for wrong settings and files that cannot be read; {PlatformError} when jose is missing.
 */
export async function readAuth(
  { jwt: { secretFile, publicKeyFile, ...settings } }: AuthConfig,
  file: string | undefined,
  place: string,
  folder: string,
): Promise<JwtAuthenticator['authenticate']> {
  const read = (option: string, name: string) =>
    readFile(resolve(folder, name), 'utf8').catch((cause: unknown) => {
      throw new OptionError(`${file}: ${place}.jwt.${option}: ${name} cannot be read: ${messageOf(cause)}.`, { cause });
    });
  // Editors end a file with a line break, which is no part of a secret.
  const secret = secretFile === undefined ? undefined : (await read('secretFile', secretFile)).replace(/\r?\n$/, '');
  const publicKey = publicKeyFile === undefined ? undefined : await read('publicKeyFile', publicKeyFile);
  return await located(
    file,
    `${place}.jwt`,
    () => createJwtAuthenticator({ ...settings, secret, publicKey }).authenticate,
  );
}
