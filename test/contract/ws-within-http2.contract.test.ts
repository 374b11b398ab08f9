import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Transport } from '../../src/transport/transport.js';
import { createWsTransport } from '../../src/transport/ws/transport.js';
import { Http2Bridge, WIDE } from '../support/http2-bridge.js';
import { describeTransportContract } from './transport-contract.js';
import { wsHarness } from './ws-harness.js';

/** The ws transport that accepts within HTTP/2: between it and those that dial is a proxy. */
function withinHttp2(): Transport {
  const transport = createWsTransport();
  return {
    ...transport,
    async listen(target, ...rest) {
      if (target.kind !== 'port') return transport.listen(target, ...rest);
      const server = createServer({ settings: WIDE }).listen(0, '127.0.0.1');
      server.on('session', (session) => session.setLocalWindowSize(WIDE.initialWindowSize));
      server.on('sessionError', () => {});
      await once(server, 'listening');
      const address = server.address() as AddressInfo;
      const acceptor = await transport.listen({ kind: 'server', server }, ...rest);
      const close = () => {
        server.close();
        return acceptor.close();
      };
      const bridge = await Http2Bridge.listen(address.port, target).catch(async (error: unknown) => {
        await close();
        throw error;
      });
      return {
        get address() {
          return bridge.isClosed ? undefined : { ...address, port: bridge.port };
        },
        closed: acceptor.closed,
        handleUpgrade: (...handshake) => acceptor.handleUpgrade(...handshake),
        close() {
          bridge.close();
          return close();
        },
      };
    },
  };
}

describeTransportContract('ws within HTTP/2', () => ({ ...wsHarness(withinHttp2()), isWithinHttp2: true }));
