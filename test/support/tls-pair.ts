import { once } from 'node:events';
import { connect, TLSSocket } from 'node:tls';
import { CERTIFICATE_PEM, KEY_PEM } from './certificate.js';
import { socketPair } from './socket-pair.js';

/** Two ends of one TLS connection of Node's own, over TCP on loopback. */
export interface TlsPair extends AsyncDisposable {
  readonly accepted: TLSSocket;
  readonly client: TLSSocket;
}

/** Connects two sockets, which speak TLS once this resolves. */
export async function tlsPair(): Promise<TlsPair> {
  const tcp = await socketPair();
  const accepted = new TLSSocket(tcp.accepted, { isServer: true, cert: CERTIFICATE_PEM, key: KEY_PEM });
  const client = connect({ socket: tcp.client, ca: CERTIFICATE_PEM, servername: 'localhost' });
  await Promise.all([once(accepted, 'secure'), once(client, 'secureConnect')]);
  return {
    accepted,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      accepted.destroy();
      await tcp[Symbol.asyncDispose]();
    },
  };
}
