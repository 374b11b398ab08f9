import { constants } from 'node:os';

/** Makes an error as the system would: with `code`, `errno`, `syscall`, and where it was meant to go. */
export function systemError(
  code: 'ECONNREFUSED' | 'ECONNRESET' | 'EADDRINUSE',
  syscall: 'connect' | 'read' | 'listen',
  at?: { readonly address: string; readonly port: number },
): NodeJS.ErrnoException {
  const error = new Error(`${syscall} ${code}${at === undefined ? '' : ` ${at.address}:${at.port}`}`);
  return Object.assign(error, { code, errno: -constants.errno[code], syscall, ...at });
}
