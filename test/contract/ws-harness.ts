import { ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { ScriptedServer } from '../../src/testing/scripted-server.js';
import type { Transport } from '../../src/transport/transport.js';
import { createWsTransport } from '../../src/transport/ws/transport.js';
import { OPCODE, RawPeer, RawServer } from '../support/raw-peer.js';
import type { BadPeer, Role, TransportHarness } from './harness.js';

/** An opcode that RFC 6455 section 5.2 reserves. */
const RESERVED_OPCODE = 3;

function badPeer(raw: RawPeer, server: AsyncDisposable): BadPeer {
  return {
    reset: () => raw.reset(),
    violate: () => raw.send(RESERVED_OPCODE),
    send: (text) => raw.send(OPCODE.text, text),
    close: (code) => raw.sendClose(code),
    end: () => raw.socket.end(),
    async closeCode() {
      for (;;) {
        const frame = await raw.nextFrame();
        if (frame === undefined) throw new Error('TCP was ended without a Close');
        if (frame.opcode === OPCODE.close) return frame.code;
      }
    },
    isEnded: () => raw.socket.readableEnded,
    async [Symbol.asyncDispose]() {
      await raw[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The ws transport on loopback, beside peers that speak bytes. */
export function wsHarness(transport: Transport = createWsTransport(), scheme: 'ws' | 'wss' = 'ws'): TransportHarness {
  return {
    transport,
    ...(scheme === 'wss' ? { scheme } : {}),
    async beside(role: Role) {
      if (role === 'accepted') {
        const server = await ScriptedServer.listen(transport);
        const raw = await RawPeer.connect(server.url.replace('ws:', `${scheme}:`));
        return { near: await server.accepted(), bad: badPeer(raw, server) };
      }
      const server = scheme === 'ws' ? await RawServer.listen() : await RawServer.listenSecurely();
      const near = ScriptedPeer.dial(transport, server.url);
      await near.fact('wire.opened');
      return { near, bad: badPeer(await server.nextPeer(), server) };
    },
    async [Symbol.asyncDispose]() {},
  };
}
