import { readFile } from 'node:fs/promises';
import { type DialTlsOptions, OptionError } from '../../index.js';
import { messageOf } from '../process/message-of.js';

/** The TLS options of a command line; files are PEM. */
export interface TlsFiles {
  /** The file of the authorities that are trusted, in place of Node's. */
  readonly ca?: string | undefined;
  /** The file of this side's certificate. */
  readonly cert?: string | undefined;
  /** The file of its private key. Default: that of the certificate. */
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Whether any certificate of the server is taken. */
  readonly insecure: boolean;
}

/**
 * Reads the files of TLS options.
 *
 * @throws {OptionError} for a file that cannot be read, that is no PEM, or that lacks its other half. By rejection.
 */
export async function tlsOf(files: TlsFiles): Promise<DialTlsOptions> {
  const { ca, cert, key, passphrase, insecure } = files;
  if (key !== undefined && cert === undefined)
    throw new OptionError('--key needs --cert, the file of its certificate.');
  const [authorities, certificate, ownKey] = await Promise.all([
    pemOf('ca', ca, 'CERTIFICATE'),
    pemOf('cert', cert, 'CERTIFICATE'),
    pemOf('key', key, 'PRIVATE KEY'),
  ]);
  const privateKey = ownKey ?? certificate;
  if (privateKey !== undefined && !privateKey.includes('PRIVATE KEY-----'))
    throw new OptionError('--cert needs --key, the file of its private key.');
  return {
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(privateKey === undefined ? {} : { key: privateKey }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(insecure ? { rejectUnauthorized: false } : {}),
  };
}

async function pemOf(option: string, file: string | undefined, label: string): Promise<Buffer | undefined> {
  if (file === undefined) return undefined;
  const content = await readFile(file).catch((cause: unknown) => {
    throw new OptionError(`--${option} ${file} cannot be read: ${messageOf(cause)}.`, { cause });
  });
  if (!new RegExp(`-----BEGIN (?:[A-Z]+ )*${label}-----`).test(content.toString('latin1')))
    throw new OptionError(`--${option} ${file} has no PEM of a ${label.toLowerCase()}.`);
  return content;
}
