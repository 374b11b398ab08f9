/** Middleware that decides who may connect. Only compiled: against the source, and against the packed package. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Authenticate, refuse } from 'wirekeeper';
import { authenticateBy, type Middleware } from 'wirekeeper/express';

type User = { readonly user?: string };
const guard = (request: IncomingMessage & User, response: ServerResponse, next: (error?: unknown) => void): void => {
  if (request.user === undefined) response.writeHead(401).end();
  else next();
};
export const middleware: Middleware = guard;
export const plain: Authenticate<undefined> = authenticateBy(guard);
export const named: Authenticate<string> = authenticateBy([guard, guard], (request: IncomingMessage & User) =>
  request.user === undefined ? refuse(401) : { data: request.user },
);

// @ts-expect-error no middleware
authenticateBy([5]);
// @ts-expect-error no grant
authenticateBy(guard, () => true);
