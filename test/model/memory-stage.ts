import { firstValueFrom } from 'rxjs';
import { closePacket, messagePacket } from '../../src/testing/memory-packet.js';
import type { MemorySocket } from '../../src/testing/memory-socket.js';
import { createMemoryTransport, type MemoryTransport } from '../../src/testing/memory-transport.js';
import { MemoryUpgrade } from '../../src/testing/memory-upgrade.js';
import { MemoryWire } from '../../src/testing/memory-wire.js';
import type { CloseFrame } from '../../src/transport/close-report.js';
import type { Upgrade } from '../../src/transport/transport.js';
import type { WireEndKind, WireFault } from '../../src/transport/wire-fact.js';
import { LAST_WORD, PEER_LIMITS, type Peer, type Role, type Stage } from './peer.js';

const OPTIONS = { ...PEER_LIMITS, perMessageDeflate: false };

/** A peer at the bare end of an in-memory socket: it reads nothing, so it answers nothing. */
abstract class MemoryPeer implements Peer {
  #socket: MemorySocket | undefined;
  abstract readonly role: Role;

  abstract open(): Promise<void>;

  get socket(): MemorySocket {
    if (this.#socket === undefined) throw new Error('this peer has no socket yet');
    return this.#socket;
  }

  hold(socket: MemorySocket): void {
    this.#socket = socket;
    socket.stopReading();
  }

  close({ code, reason }: CloseFrame): void {
    const isMasked = this.role === 'dialed';
    this.socket.push(messagePacket(LAST_WORD, false, isMasked));
    this.socket.push(closePacket(code, reason, isMasked));
  }

  fail(fault: WireFault): void {
    if (fault === 'too-big')
      this.socket.push(messagePacket('x'.repeat(PEER_LIMITS.maxPayloadBytes + 1), false, this.role === 'dialed'));
    else if (fault !== 'socket-ended') this.socket.violate(fault === 'limit' ? 1008 : 1002);
    this.socket.end();
  }

  end(kind: WireEndKind): void {
    if (kind === 'closed') this.socket.end();
    else if (kind === 'socket-error') this.socket.reset();
    else throw new Error(`this peer cannot make a wire end as ${kind}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.destroy();
  }
}

/** A server that has received an opening handshake and answers it on request. */
class MemoryServer extends MemoryPeer {
  readonly role = 'accepted';
  readonly #upgrade: Upgrade;

  constructor(upgrade: Upgrade) {
    super();
    this.#upgrade = upgrade;
  }

  async open(): Promise<void> {
    const wire = this.#upgrade.accept(undefined, OPTIONS);
    if (!(wire instanceof MemoryWire)) throw new Error('the client has gone');
    this.hold(wire.socket);
  }

  override end(kind: WireEndKind): void {
    if (kind === 'refused') this.#upgrade.refuse({ status: 403 });
    else if (kind === 'dial-failed' && this.#upgrade instanceof MemoryUpgrade)
      this.#upgrade.fail(new Error('the server has gone'));
    else super.end(kind);
  }
}

/** A client that dials on request. */
class MemoryClient extends MemoryPeer {
  readonly role = 'dialed';
  readonly #transport: MemoryTransport;
  readonly #port: number;

  constructor(transport: MemoryTransport, port: number) {
    super();
    this.#transport = transport;
    this.#port = port;
  }

  async open(): Promise<void> {
    const wire = this.#transport.dial({
      url: `ws://memory:${this.#port}/`,
      headers: {},
      protocols: [],
      tls: {},
      options: OPTIONS,
    });
    await firstValueFrom(wire.opened$);
    this.hold(wire.socket);
  }
}

/** The in-memory transport, with a peer at the bare end of it. */
export const memoryStage: Stage = (clock) => {
  const transport = createMemoryTransport(clock);
  return {
    transport,
    async begin(supervisor, role, handler) {
      if (role === 'accepted') {
        const listener = await supervisor.listen({ port: 0, handler });
        return new MemoryClient(transport, listener.address?.port ?? 0);
      }
      let met: (upgrade: Upgrade) => void = () => {};
      const upgrade = new Promise<Upgrade>((resolve) => {
        met = resolve;
      });
      const acceptor = await transport.listen(
        { kind: 'port', port: 0, host: undefined, backlog: 511 },
        () => true,
        met,
        (error) => {
          throw error;
        },
      );
      supervisor.dial({
        url: `ws://memory:${acceptor.address?.port}/`,
        restart: 'temporary',
        retry: () => 'stop',
        handler,
      });
      return new MemoryServer(await upgrade);
    },
  };
};
