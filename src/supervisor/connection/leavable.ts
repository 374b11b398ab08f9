import type { Connection } from '../api/connection.js';

/** What a connection leaves when it begins to close, a group for example. */
export interface Leavable {
  leave(connection: Connection<unknown>): void;
}
