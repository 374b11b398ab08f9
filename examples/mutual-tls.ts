/**
 * Mutual TLS: a client must have a certificate that an authority of yours has signed, and its name there is who it is.
 * The connection ends when the certificate does.
 *
 * Run it with `npm run example -- mutual-tls`; KEY and CERT are the files of the server's identity, CLIENT_CA is the
 * file of the authority. Clients give theirs as `tls` of `dial`.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { type Authenticate, createSupervisor, refuse, type Supervisor } from 'wirekeeper';

/** The type of `connection.data`. */
interface Device {
  readonly name: string;
}

/** Reads the certificate that the client has proved to be its own. */
const authenticate: Authenticate<Device> = ({ raw }) => {
  const socket = raw?.socket;
  if (!(socket instanceof TLSSocket) || !socket.authorized) return refuse(403);
  const { subject, valid_to: validTo } = socket.getPeerCertificate();
  // Of several common names, which are a list, none is taken.
  const name: unknown = subject?.CN;
  if (typeof name !== 'string' || name === '') return refuse(403, { body: 'The certificate has no common name.' });
  return { data: { name }, expiresAt: new Date(validTo) };
};

/** Starts the server and its listener; stop the supervisor first, then close the server. */
export async function start({
  key,
  cert,
  clientCa,
  port = 8443,
}: {
  /** The server's own identity, in PEM. */
  readonly key: string;
  readonly cert: string;
  /** The authority that signs the certificates of clients. */
  readonly clientCa: string;
  /** Default 8443. */
  readonly port?: number;
}): Promise<{ supervisor: Supervisor; server: Server }> {
  // Clients without a certificate, and with that of another authority, do not get as far as HTTP.
  const server = createServer({ key, cert, ca: clientCa, requestCert: true, rejectUnauthorized: true });
  const supervisor = createSupervisor({ name: 'devices' });
  await supervisor.listen<Device>({
    server,
    authenticate,
    handler: async (connection) => {
      connection.send(`hello ${connection.data.name}`);
      for await (const frame of connection) connection.send(frame);
    },
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { supervisor, server };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = (name: string) => readFileSync(process.env[name] ?? `${name.toLowerCase()}.pem`, 'utf8');
  const { supervisor, server } = await start({
    key: file('KEY'),
    cert: file('CERT'),
    clientCa: file('CLIENT_CA'),
    port: Number(process.env['PORT'] ?? 8443),
  });
  process.once('SIGINT', () => void supervisor.stop().then(() => server.close()));
  console.log('Serving on', server.address(), '- Ctrl-C stops.');
}
