import { closePacket } from '../../src/testing/memory-packet.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { ScriptedServer } from '../../src/testing/scripted-server.js';
import type { BadPeer, Role, TransportHarness } from './harness.js';

/** The in-memory transport, whose wires' sockets can be made to misbehave. */
export function memoryHarness(): TransportHarness {
  const transport = createMemoryTransport();
  return {
    transport,
    async beside(role: Role) {
      const server = await ScriptedServer.listen(transport, { behaviour: role === 'accepted' ? 'polite' : 'mute' });
      const dialed = ScriptedPeer.dial(transport, server.url, { behaviour: role === 'accepted' ? 'mute' : 'polite' });
      await dialed.fact('wire.opened');
      const accepted = await server.accepted();
      const [link] = transport.network.links;
      if (link === undefined) throw new Error('there is no link');
      const [near, far] = role === 'accepted' ? [accepted, dialed] : [dialed, accepted];
      const { socket } = role === 'accepted' ? link.dialed : link.accepted;
      const bad: BadPeer = {
        reset: () => socket.reset(),
        violate: () => socket.violate(),
        send: (text) => far.wire.send(text, false),
        close: (code) => socket.push(closePacket(code, '', role === 'accepted')),
        end: () => socket.end(),
        closeCode: async () => (await far.fact('wire.closing')).received.code,
        isEnded: () => socket.isFinReceived,
        async [Symbol.asyncDispose]() {
          far.wire.terminate();
          await server[Symbol.asyncDispose]();
        },
      };
      return { near, bad };
    },
    async [Symbol.asyncDispose]() {},
  };
}
