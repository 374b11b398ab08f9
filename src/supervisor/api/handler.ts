import type { CloseReport } from '../../transport/close-report.js';
import type { Connection } from './connection.js';

/**
 * What a handler may return: nothing (the code is 1000), the report it awaited (also 1000), or a code of its choice.
 */
export type HandlerResult = void | CloseReport | { readonly code: number; readonly reason?: string };

/**
 * The user's logic for one connection. When it returns, the connection closes with 1000 or the code returned. When it
 * throws, the connection closes with 1011, and the error is the report's `cause`. A handler that only subscribes should
 * end with `return connection.closed`.
 *
 * @typeParam Data what the listener's `authenticate` returned as `data`.
 * @typeParam C the connection: a handler of a listener gets an `AcceptedConnection`.
 */
export type Handler<Data = undefined, C extends Connection<Data> = Connection<Data>> = (
  connection: C,
) => HandlerResult | Promise<HandlerResult>;
