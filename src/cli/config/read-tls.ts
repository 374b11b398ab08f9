import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext, type SecureVersion, type TlsOptions } from 'node:tls';
import { OptionError } from '../../index.js';
import { messageOf } from '../process/message-of.js';
import type { TlsConfig } from './settings.js';

/** What an HTTPS server needs of a certificate. */
export type TlsSettings = Pick<TlsOptions, 'cert' | 'key' | 'ca' | 'requestCert' | 'rejectUnauthorized'> & {
  readonly minVersion?: SecureVersion;
};

/**
 * Reads the files of a certificate, and checks that they fit together.
 *
 * @param folder what relative names are relative to.
 * @throws {OptionError} for a file that cannot be read, or is no certificate or key of the other.
 */
export async function readTls(
  { certFile, keyFile, clientCaFile, minVersion }: TlsConfig,
  folder: string,
): Promise<TlsSettings> {
  const read = (option: string, file: string) =>
    readFile(resolve(folder, file)).catch((cause: unknown) => {
      throw new OptionError(`tls.${option}: ${file} cannot be read: ${messageOf(cause)}.`, { cause });
    });
  // One after the other, so that the first that cannot be read is the one that is named.
  const cert = await read('certFile', certFile);
  const key = await read('keyFile', keyFile);
  const ca = clientCaFile === undefined ? undefined : await read('clientCaFile', clientCaFile);
  const settings: TlsSettings = {
    cert,
    key,
    ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }),
    ...(minVersion === undefined ? {} : { minVersion }),
  };
  try {
    createSecureContext(settings);
  } catch (cause) {
    throw new OptionError(`tls: ${certFile} and ${keyFile} cannot be used: ${messageOf(cause)}.`, { cause });
  }
  return settings;
}
