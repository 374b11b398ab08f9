import type { Connection } from '../../index.js';
import { endedError, faultOf, giveUp, type Message, messageOf, sendOne } from './streamed.js';
import { checkConnection } from './to-duplex.js';

/** A connection as streams of the web, in the shape of what `WebSocketStream` of browsers opens. */
export interface WebStreams {
  /** The peer's messages: text as strings, binary as bytes. */
  readonly readable: ReadableStream<Message>;
  /** Messages to send: a string as text, bytes as binary. */
  readonly writable: WritableStream<Message>;
  readonly protocol: string;
  readonly extensions: string;
  /**
   * Resolves with the peer's code and reason when both Close frames have crossed; rejects with an `EndedError`, which
   * has the report, when the connection has ended in any other way. Nobody has to handle that.
   */
  readonly closed: Promise<{ readonly closeCode: number; readonly reason: string }>;
  /**
   * Starts the closing handshake.
   *
   * @throws {CloseFrameError} as `connection.close`.
   */
  close(info?: { readonly closeCode?: number | undefined; readonly reason?: string | undefined }): void;
}

/**
 * Makes streams of the web from an open connection. They have backpressure both ways, and read nothing ahead beside the
 * connection itself. They are the connection's only consumer.
 *
 * Closing the writable side, and cancelling the readable one, close the connection with 1000; aborting the writable
 * side closes it with 1011. The readable side ends when the peer closes with 1000, 1001, or without a code, and fails
 * with an `EndedError` after any other ending.
 *
 * @throws {OptionError} for what is no connection.
 */
export function toWeb(connection: Connection<unknown>): WebStreams {
  checkConnection(connection, 'toWeb');
  const closed = connection.closed.then((report) => {
    const { wasClean, received } = report;
    if (wasClean && received !== undefined) return { closeCode: received.code, reason: received.reason };
    throw endedError(report);
  });
  closed.catch(() => {});
  return {
    readable: new ReadableStream<Message>(
      {
        async pull(controller) {
          const frame = await connection.receive();
          if (frame !== undefined) controller.enqueue(messageOf(frame));
          else {
            const fault = faultOf(await connection.closed);
            if (fault === undefined) controller.close();
            else controller.error(fault);
          }
        },
        async cancel() {
          connection.discardFrames();
          connection.close(1000);
          await connection.closed;
        },
      },
      { highWaterMark: 0 },
    ),
    writable: new WritableStream<Message>({
      write: (message) => sendOne(connection, message),
      async close() {
        connection.close(1000);
        await connection.closed;
      },
      abort: (error: unknown) => giveUp(connection, { error }),
    }),
    protocol: connection.protocol,
    extensions: connection.extensions,
    closed,
    close: ({ closeCode, reason } = {}) => connection.close(closeCode, reason),
  };
}
