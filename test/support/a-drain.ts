import type { Connection } from '../../src/supervisor/api/connection.js';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import type { Supervisor, SupervisorOptions } from '../../src/supervisor/api/supervisor.js';
import { aSupervisor } from './a-supervisor.js';
import type { FakeUpgrade } from './fake-transport.js';
import type { FakeWire } from './fake-wire.js';
import { settled } from './settled.js';

/** A client that was let in. */
export interface Client {
  readonly connection: Connection<unknown>;
  readonly wire: FakeWire;
  /** Its answer to our Close, and the end of its socket. */
  answer(code?: number): void;
  /** Its own Close, before ours, and the end of its socket. */
  leave(code?: number): void;
}

/** The Close that a wire was asked for: code and reason; `undefined` if it was not. */
export function closeOf(wire: FakeWire): { readonly code: number; readonly reason: string } | undefined {
  const [, code, reason = ''] =
    wire.asked.map((asked) => /^close (\d+) ?(.*)$/.exec(asked)).find((match) => match !== null) ?? [];
  return code === undefined ? undefined : { code: Number(code), reason };
}

/** A supervisor with clients, whose time and network are the test's. */
export function aDrain(options: Omit<SupervisorOptions, 'clock' | 'transport'> = {}) {
  const scene = aSupervisor(options);
  const { transport, supervisor } = scene;
  const upgraders = new Map<string, (request?: Parameters<typeof transport.upgrade>[0]) => FakeUpgrade>();

  return {
    ...scene,

    /** Starts a listener; its upgrades are made by `knock` and `open` under its id. */
    async listen(id = 'door', more: Partial<ListenOptions<unknown>> = {}, on: Supervisor = supervisor): Promise<void> {
      await on.listen<unknown>({ id, port: 0, handler: (connection) => connection.closed, ...more });
      const { onUpgrade } = transport;
      upgraders.set(id, (request) => {
        transport.onUpgrade = onUpgrade;
        return transport.upgrade(request);
      });
    },

    /** An opening handshake, and the decision about it. */
    knock(id = 'door'): FakeUpgrade {
      const upgrade = upgraders.get(id)?.();
      if (upgrade === undefined) throw new Error(`there is no listener ${id}`);
      return upgrade;
    },

    /** Clients that are let in. */
    open(count: number, id = 'door'): Client[] {
      return Array.from({ length: count }, () => {
        const { wire } = this.knock(id);
        const connection = [...supervisor.connections.values()].at(-1);
        if (wire === undefined || connection === undefined) throw new Error('the client was not let in');
        return {
          connection,
          wire,
          answer: (code = 1012) => {
            wire.emitClosing(code);
            wire.emitClosed({ sent: { code, reason: '' }, received: { code, reason: '' } });
          },
          leave: (code = 1001) => {
            wire.emitClosing(code);
            wire.emitClosed({ sent: { code, reason: '' }, received: { code, reason: '' } });
          },
        };
      });
    },

    /** One client that is let in. */
    openOne(id = 'door'): Client {
      const [client] = this.open(1, id);
      if (client === undefined) throw new Error('one was asked for');
      return client;
    },

    /** The wire of a dialer that is dialing. */
    async dial(on: Supervisor = supervisor): Promise<FakeWire> {
      on.dial({ id: 'feed', url: 'ws://example.com/', handler: (connection) => connection.closed });
      await settled();
      return transport.lastWire;
    },

    /** The wire of a dialer that is up. */
    async dialUp(on: Supervisor = supervisor): Promise<FakeWire> {
      const wire = await this.dial(on);
      wire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
      return wire;
    },
  };
}
