import type { ConnectionRequest } from '../../../supervisor/api/connection-request.js';
import { bearerIn, secretCheck } from '../../access/token.js';

/**
 * Makes the check of a viewer's token: in the query, since browsers and the clients of `@statelyai/inspect` give a URL
 * and nothing else, or as `Authorization: Bearer`.
 */
export function tokenCheck(
  token: string | undefined,
): (request: Pick<ConnectionRequest, 'query' | 'header'>) => boolean {
  if (token === undefined) return () => true;
  const isToken = secretCheck(token);
  return (request) => isToken(bearerIn(request.header('authorization')) ?? request.query.get('token') ?? undefined);
}
