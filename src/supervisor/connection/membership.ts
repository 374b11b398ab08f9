import type { Connection } from '../api/connection.js';

/** What a connection leaves when it begins to close: a group. */
export interface Membership {
  leave(connection: Connection<unknown>): void;
}
