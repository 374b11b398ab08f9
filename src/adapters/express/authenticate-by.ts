import type { IncomingMessage } from 'node:http';
import { type Authenticate, type Grant, type Refusal, refuse } from '../../index.js';
import { checkFunction, isList, readList } from '../../supervisor/options/option-rules.js';
import { deferred } from '../../supervisor/time/deferred.js';
import { grantOf, refusalOf } from '../framework/answers.js';
import { type CapturedAnswer, CapturedResponse } from '../framework/captured-response.js';

/**
 * Middleware as Express, Connect, and others have it: it passes a request on by `next`, or answers it. An application
 * and a router of Express are middleware, too.
 */
export type Middleware = (request: never, response: never, next: (error?: unknown) => void) => unknown;

type Runnable = (request: IncomingMessage, response: CapturedResponse, next: (error?: unknown) => void) => unknown;

/**
 * Makes an `authenticate` of middleware, which does not run for upgrades by itself: sessions, Passport, guards.
 *
 * A middleware that answers refuses the client, by the status, header fields, and text of its answer; a status below
 * 300 becomes 403. If all pass the request on, `grant` decides; the 101 has the header fields that they have set,
 * `set-cookie` of a session for example. An error of a middleware is a 503, as an error of every `authenticate`.
 *
 * @param middleware one, or several, which run one after the other. To have `request` and `response` with Express's own
 *   methods, give an application of Express: its middleware and routes run.
 * @param grant gets the request as the middleware has left it. Default: `data` is undefined.
 * @throws {OptionError} for what is no function.
 */
export function authenticateBy<
  Data = undefined,
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a function of Express's own request fits
  Request extends IncomingMessage = IncomingMessage,
>(
  middleware: Middleware | readonly Middleware[],
  grant?: (request: Request) => Grant<Data> | Refusal | Promise<Grant<Data> | Refusal>,
): Authenticate<Data> {
  const chain = isList(middleware) ? readList(middleware, 'authenticateBy: middleware', 'functions') : [middleware];
  for (const one of chain) checkFunction(one, 'authenticateBy: middleware');
  if (grant !== undefined) checkFunction(grant, 'authenticateBy: grant');
  return async ({ raw }) => {
    if (raw === undefined) return refuse(503);
    const answered = deferred<CapturedAnswer>();
    const response = new CapturedResponse(raw, answered.resolve);
    // Express gives requests and responses prototypes of its own.
    for (const name of ['writeHead', 'write', 'end', 'destroy'] as const)
      Object.defineProperty(response, name, { value: response[name].bind(response), writable: true });
    const answer = await Promise.race([answered.promise, passed(chain as readonly Runnable[], raw, response)]);
    if (answer !== undefined) return refusalOf(answer);
    const granted = await (grant === undefined ? { data: undefined } : grant(raw as Request));
    // A session is saved, and its cookie set, when the response ends.
    response.end();
    const { headers } = await answered.promise;
    return grantOf(granted, headers) as Grant<Data> | Refusal;
  };
}

/** Runs middleware. Resolves when all have passed the request on; rejects with the error of one that has failed. */
async function passed(
  chain: readonly Runnable[],
  request: IncomingMessage,
  response: CapturedResponse,
): Promise<undefined> {
  for (const middleware of chain) {
    const { promise, resolve, reject } = deferred<void>();
    const returned = middleware(request, response, (error) => (error ? reject(error) : resolve()));
    Promise.resolve(returned).catch(reject);
    await promise;
  }
  return undefined;
}
