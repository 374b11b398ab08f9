/**
 * Two ways to end a connection while the peer is still sending: the closing handshake, which receives what was on its
 * way, and `terminate`, which does not. Both reports are printed.
 *
 * Run it with `npm run example -- close-handshake`.
 */
import { fileURLToPath } from 'node:url';
import { type CloseReport, type Connection, createSupervisor, explain } from 'wirekeeper';

/** The server answers one frame with this many, of this size: more than fits into the sockets between the two ends. */
const FRAMES = 256;
const FRAME_BYTES = 8 * 1024;

/** What a client saw of its connection. */
export interface Ending {
  readonly report: CloseReport;
  readonly framesReceived: number;
}

/** Runs a server and, one after the other, two clients that end in the middle of its answer. */
export async function start({
  closeWithinMs = 5_000,
}: {
  readonly closeWithinMs?: number;
} = {}): Promise<{ closed: Ending; terminated: Ending }> {
  await using supervisor = createSupervisor({ name: 'close-handshake' });
  const { address } = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    handler: async (connection) => {
      await connection.receive();
      const payload = Buffer.alloc(FRAME_BYTES);
      for (let sent = 0; sent < FRAMES; sent += 1) connection.send(payload);
      await connection.closed;
    },
  });

  const endAfterFirstFrame = async (end: (connection: Connection) => void): Promise<Ending> => {
    let framesReceived = 0;
    const client = supervisor.dial({
      url: `ws://127.0.0.1:${address?.port}`,
      // Bounds the closing handshake: a peer that never answers the Close is dropped after that.
      limits: { closeWithinMs },
      // Each way to end is final here. By default a lost connection is dialed again, and a terminated one counts as
      // lost.
      retry: () => 'stop',
      handler: async (connection) => {
        connection.send('go');
        // After our own Close frames are still delivered until the peer's Close comes: the loop ends by itself.
        for await (const _frame of connection) {
          framesReceived += 1;
          if (framesReceived === 1) end(connection);
        }
        return connection.closed;
      },
    });
    const { report } = await client.ended;
    if (report === undefined) throw new Error('a dialer that has ended has the report of its last connection');
    return { report, framesReceived };
  };

  return {
    closed: await endAfterFirstFrame((connection) => connection.close(1000, 'seen enough')),
    terminated: await endAfterFirstFrame((connection) => connection.terminate()),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [verb, { report, framesReceived }] of Object.entries(await start())) {
    console.log(`${verb}: ${framesReceived} of ${FRAMES} frames received. ${explain(report)}`);
    console.log(report);
  }
}
