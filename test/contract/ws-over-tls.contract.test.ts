import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe } from 'vitest';
import type { Transport } from '../../src/transport/transport.js';
import { createWsTransport } from '../../src/transport/ws/transport.js';
import { CERTIFICATE_PEM, KEY_PEM } from '../support/certificate.js';
import { describeTransportContract } from './transport-contract.js';
import { wsHarness } from './ws-harness.js';

/** The ws transport whose dials speak TLS, and whose ports are servers that do. */
function secure(): Transport {
  const transport = createWsTransport();
  return {
    ...transport,
    dial: (request) =>
      transport.dial({
        ...request,
        url: request.url.replace(/^ws:/, 'wss:'),
        tls: { ...request.tls, ca: CERTIFICATE_PEM, servername: 'localhost' },
      }),
    listen: async (target, ...others) => {
      if (target.kind !== 'port') return transport.listen(target, ...others);
      const server = createServer({ cert: CERTIFICATE_PEM, key: KEY_PEM }).listen(target.port, target.host);
      await once(server, 'listening');
      const acceptor = await transport.listen({ kind: 'server', server }, ...others);
      return {
        get address() {
          return (server.address() ?? undefined) as AddressInfo | undefined;
        },
        closed: acceptor.closed,
        handleUpgrade: (request, socket, head) => acceptor.handleUpgrade(request, socket, head),
        close: async () => {
          server.close();
          await acceptor.close();
        },
      };
    },
  };
}

// Bun cannot reset TCP below TLS, which the peers of the contract do.
describe.skipIf(process.versions['bun'] !== undefined)('over TLS', () => {
  describeTransportContract('ws over TLS', () => wsHarness(secure(), 'wss'));
});
