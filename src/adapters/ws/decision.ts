import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Grant, Refusal } from '../../index.js';
import { isThenable } from '../../transport/contain.js';
import { checkUnclaimed, claim } from './claim.js';
import { fieldsOf, offeredProtocols, type Refused, refusal, requestFault, responseLines } from './handshake.js';
import type { ServerOptions } from './server-options.js';
import type { WebSocketServer } from './web-socket-server.js';

/** A client that waits for its answer. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly done: Parameters<WebSocketServer['handleUpgrade']>[3];
  readonly protocol?: string | undefined;
}

/** What was decided on a client. */
export type Decision = Grant<Arrival> | Refusal;

/** What a decision needs of its server. */
type Deciding = Pick<WebSocketServer, 'shouldHandle' | 'listenerCount' | 'emit'> & { readonly options: ServerOptions };

/**
 * Decides on a client by the user's functions, in the order of ws; at once, unless one of them takes its time. They are
 * not asked about a request that is no opening handshake.
 *
 * @throws what the user's functions throw.
 */
export function decide(server: Deciding, arrival: Arrival): Decision | Promise<Decision> {
  if (requestFault(arrival.request) !== undefined) return refusal({ code: 400 });
  const isWanted = server.shouldHandle(arrival.request);
  const answer = (wanted: boolean, verdict: true | Refused): Decision => {
    if (!wanted) return refusal({ code: 400 });
    return verdict === true ? grant(server, arrival) : refusal(verdict);
  };
  if (isWanted === false) return answer(false, true);
  const verdict = verify(server, arrival);
  if (isWanted === true && !(verdict instanceof Promise)) return answer(true, verdict);
  return Promise.all([isWanted, verdict]).then(([wanted, verified]) => answer(wanted, verified));
}

function verify({ options }: Deciding, { request, socket }: Arrival): true | Refused | Promise<true | Refused> {
  const { verifyClient } = options;
  if (!verifyClient) return true;
  const secure = 'encrypted' in socket && socket.encrypted === true;
  const info = { origin: request.headers.origin as string, secure, req: request };
  if (verifyClient.length !== 2) return verdictOf((verifyClient as (given: typeof info) => unknown)(info));
  return new Promise((resolve, reject) => {
    const returned: unknown = verifyClient(info, (isVerified, code, message, headers) => {
      resolve(isVerified ? true : { code: code || 401, message, headers });
      if (!isVerified) return;
      // After the answer: a listener waits for it, in vain or not.
      checkUnclaimed(socket);
      claim(socket);
    });
    Promise.resolve(returned).catch(reject);
  });
}

/** A promise of no is no, although a promise is true. */
function verdictOf(given: unknown): true | Refused | Promise<true | Refused> {
  if (isThenable(given)) return Promise.resolve(given).then(verdictOf);
  return given ? true : {};
}

function grant(server: Deciding, arrival: Arrival): Grant<Arrival> {
  const { request } = arrival;
  const offered = offeredProtocols(request.headers);
  const { handleProtocols } = server.options;
  const chosen = offered && (handleProtocols ? handleProtocols(offered, request) : [...offered][0]);
  const data: Arrival = { ...arrival, protocol: chosen || undefined };
  claim(arrival.socket);
  if (server.listenerCount('headers') === 0) return { data };
  const lines = responseLines(request, data.protocol);
  const own = new Set(lines);
  server.emit('headers', lines, request);
  return { data, headers: fieldsOf(lines.filter((line) => !own.has(line))) };
}
