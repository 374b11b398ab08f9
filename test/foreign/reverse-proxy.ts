import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLS_IDENTITY } from '../support/tls-identity.js';

const HOST = '127.0.0.1';
const START_WITHIN_MS = 10_000;

/** What a proxy's configuration is written from. Its files lie in `folder`, in `identity.pem` a key and certificate. */
export interface ProxySettings {
  readonly folder: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly backendPort: number;
  /** How long a tunnel may be silent before the proxy ends it. */
  readonly idleMs: number;
}

/** A reverse proxy of Debian. */
export interface ProxyKind {
  readonly name: string;
  readonly program: string;
  readonly configuration: (settings: ProxySettings) => string;
  readonly args: (folder: string, configuration: string) => readonly string[];
  /** Its answer when nobody listens behind it. */
  readonly statusWithoutBackend: number;
  /** How a listener behind it sees its idle timeout: as the end of TCP or as a reset. */
  readonly idleTriggerBehind: 'socket-ended' | 'socket-error';
}

/** Why a proxy cannot run; `undefined` if it can. */
export function proxyMissing({ name, program }: ProxyKind): string | undefined {
  const { error } = spawnSync(program, ['-v']);
  return error === undefined ? undefined : `${name} is not installed: run scripts/install-peers.sh proxies`;
}

/** A proxy in a process of its own, in front of one port: in plain text, and with TLS that ends at the proxy. */
export interface RunningProxy extends AsyncDisposable {
  readonly url: string;
  readonly tlsUrl: string;
  /** Ends its process without a chance to say anything. */
  kill(): void;
}

/** Ports that are free, since nobody can ask these proxies which ones they took. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, HOST));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Whether somebody accepts connections on a port. */
async function isAccepting(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts a proxy, and resolves when it accepts connections. */
export async function startProxy(kind: ProxyKind, backendPort: number, idleMs: number): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'wirekeeper-proxy-'));
  const [port = 0, tlsPort = 0] = await freePorts(2);
  writeFileSync(join(folder, 'identity.pem'), TLS_IDENTITY.key + TLS_IDENTITY.cert);
  const configuration = join(folder, 'proxy.conf');
  writeFileSync(configuration, kind.configuration({ folder, port, tlsPort, backendPort, idleMs }));
  const child = spawn(kind.program, kind.args(folder, configuration), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const exited = once(child, 'exit');
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const until = performance.now() + START_WITHIN_MS;
  while (!((await isAccepting(port)) && (await isAccepting(tlsPort)))) {
    if (child.exitCode === null && performance.now() < until) continue;
    await stop('SIGKILL');
    throw new Error(`${kind.name} did not start: ${said}`);
  }
  return {
    url: `ws://${HOST}:${port}`,
    tlsUrl: `wss://localhost:${tlsPort}`,
    kill: () => child.kill('SIGKILL'),
    [Symbol.asyncDispose]: () => stop('SIGTERM'),
  };
}
