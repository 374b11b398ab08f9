/** Streams over a connection. Only compiled: against the source, and against the packed package. */
import type { Duplex } from 'node:stream';
import type { Connection } from 'wirekeeper';
import { type DuplexOptions, toDuplex, toWeb, type WebStreams } from 'wirekeeper/streams';

declare const connection: Connection<{ readonly user: string }>;

const options: DuplexOptions = { readableObjectMode: true, readableHighWaterMark: 4 };
export const duplex: Duplex = toDuplex(connection, options);
export const web: WebStreams = toWeb(connection);
export const writer: WritableStreamDefaultWriter<string | Uint8Array> = web.writable.getWriter();
web.close({ closeCode: 4000, reason: 'done' });

// @ts-expect-error an unknown option
toDuplex(connection, { objectMode: true });
// @ts-expect-error no message
void writer.write(5);
// @ts-expect-error no connection
toWeb({});
