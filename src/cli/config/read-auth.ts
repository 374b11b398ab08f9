import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JwtAuthenticator } from '../../adapters/jwt/index.js';
import { OptionError, PlatformError } from '../../index.js';
import { messageOf } from '../process/message-of.js';
import type { AuthConfig } from './config.js';
import { located } from './located.js';

type Adapter = typeof import('../../adapters/jwt/index.js');

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
  load: () => Promise<Adapter> = () => import('../../adapters/jwt/index.js'),
): Promise<JwtAuthenticator['authenticate']> {
  const read = (option: string, name: string) =>
    readFile(resolve(folder, name), 'utf8').catch((cause: unknown) => {
      throw new OptionError(`${file}: ${place}.jwt.${option}: ${name} cannot be read: ${messageOf(cause)}.`, { cause });
    });
  // Editors end a file with a line break, which is no part of a secret.
  const secret = secretFile === undefined ? undefined : (await read('secretFile', secretFile)).replace(/\r?\n$/, '');
  const publicKey = publicKeyFile === undefined ? undefined : await read('publicKeyFile', publicKeyFile);
  const { createJwtAuthenticator } = await adapterFrom(load);
  return await located(
    file,
    `${place}.jwt`,
    () => createJwtAuthenticator({ ...settings, secret, publicKey }).authenticate,
  );
}

/** @throws {PlatformError} when jose is missing. */
async function adapterFrom(load: () => Promise<Adapter>): Promise<Adapter> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = (cause as { readonly code?: unknown } | undefined)?.code === 'ERR_MODULE_NOT_FOUND';
    throw new PlatformError(
      isMissing
        ? 'auth.jwt needs the package jose, which is not installed; run npm install jose@6.'
        : 'auth.jwt: the package jose cannot be loaded.',
      { cause },
    );
  }
}
