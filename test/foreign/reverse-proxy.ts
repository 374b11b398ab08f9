import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { TLS_IDENTITY } from '../support/tls-identity.js';
import { freePorts, startProgram } from './program.js';

const HOST = '127.0.0.1';

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

/** Starts a proxy, and resolves when it accepts connections. */
export async function startProxy(kind: ProxyKind, backendPort: number, idleMs: number): Promise<RunningProxy> {
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const running = await startProgram(kind.program, [port, tlsPort], (folder) => ({
    args: kind.args(folder, join(folder, 'proxy.conf')),
    files: {
      'identity.pem': TLS_IDENTITY.key + TLS_IDENTITY.cert,
      'proxy.conf': kind.configuration({ folder, port, tlsPort, backendPort, idleMs }),
    },
  }));
  return {
    url: `ws://${HOST}:${port}`,
    tlsUrl: `wss://localhost:${tlsPort}`,
    kill: () => running.signal('SIGKILL'),
    [Symbol.asyncDispose]: () => running.stop('SIGTERM'),
  };
}
