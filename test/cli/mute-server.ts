import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** RFC 6455 section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A server that shakes hands and never says anything again, not even to a Close. */
export interface MuteServer extends AsyncDisposable {
  readonly url: string;
  /** Resolves when a whole frame with this opcode has come. */
  heard(opcode: number): Promise<void>;
}

export async function muteServer(): Promise<MuteServer> {
  const sockets = new Set<Socket>();
  const opcodes = new Set<number>();
  let onHeard = (): void => {};
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', (request: Buffer) => {
      const [, key = ''] = /^Sec-WebSocket-Key: (.*)\r$/im.exec(request.toString('latin1')) ?? [];
      const accept = createHash('sha1')
        .update(key + GUID)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.on('data', ([first = 0]: Buffer) => {
        opcodes.add(first & 0x0f);
        onHeard();
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`,
    async heard(opcode) {
      while (!opcodes.has(opcode)) {
        await new Promise<void>((resolve) => {
          onHeard = resolve;
        });
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
