import { OptionError } from '../../transport/errors.js';

/** The first file descriptor that systemd passes (sd_listen_fds(3)). */
const FIRST = 3;

/** The environment of a process. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the file descriptor of the listening socket that systemd has opened for this process, or has passed in the
 * same way; `undefined` if there is none. Variables that are about another process mean nothing.
 *
 * @throws {OptionError} for several sockets: the service has one.
 */
export function activatedSocket(env: Environment, pid: number): number | undefined {
  const { LISTEN_PID: forPid, LISTEN_FDS: given = '0' } = env;
  const count = Number(given);
  if (Number(forPid) !== pid || count === 0) return undefined;
  if (count !== 1)
    throw new OptionError(`LISTEN_FDS is ${JSON.stringify(given)}; the service takes one socket, so it must be 1.`);
  return FIRST;
}
