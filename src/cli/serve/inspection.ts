import { ListenError, OptionError, type Supervisor } from '../../index.js';
import { type InspectionServer, serveInspection } from '../../inspect/index.js';
import type { InspectPlace } from '../config/inspect-place.js';
import { messageOf } from '../process/message-of.js';

/** The token of viewers. It is no option: others on the machine can see those. */
export const TOKEN_VARIABLE = 'WIREKEEPER_INSPECT_TOKEN';

/** An inspection server of the service, and where to attach to it. */
export interface Inspection {
  readonly server: InspectionServer;
  readonly url: string;
  /** One line for people. */
  readonly hint: string;
}

/**
 * Shows the service to tools for XState.
 *
 * @param env the environment, which may have the token.
 * @throws {OptionError} beyond loopback without a token, and for a wrong one; {ListenError} when the port cannot be
 *   had. Both by rejection.
 */
export async function startInspection(
  supervisor: Supervisor,
  place: InspectPlace,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Inspection> {
  const token = env[TOKEN_VARIABLE];
  const server = await serveInspection(supervisor, { ...place, ...(token === undefined ? {} : { token }) }).catch(
    (error: unknown) => {
      throw reworded(error);
    },
  );
  const { url = '' } = server;
  const [where, browser] = [url, url.replace(/^ws/, 'http')].map((one) =>
    token === undefined ? one : `${one}?token=...`,
  );
  return { server, url, hint: `attach to ${where}, or open ${browser} in a browser` };
}

/** Says what the user of the command line can do. */
function reworded(error: unknown): unknown {
  const message = messageOf(error)
    .replace('serveInspection: token', TOKEN_VARIABLE)
    .replace('serveInspection: ', '--inspect: ');
  if (error instanceof OptionError) return new OptionError(message, { cause: error });
  return error instanceof ListenError ? new ListenError(message, { cause: error }) : error;
}
