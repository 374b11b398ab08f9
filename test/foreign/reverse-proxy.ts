import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks } from '../../scripts/documents.mjs';
import { TLS_IDENTITY } from '../support/tls-identity.js';
import { freePorts, startProgram } from './program.js';

const HOST = '127.0.0.1';

/** What a proxy's configuration is written from. Its files lie in `folder`, in `identity.pem` a key and certificate. */
export interface ProxySettings {
  readonly folder: string;
  readonly port: number;
  readonly tlsPort: number;
  /** The ports of the two servers behind it; they may be one. */
  readonly backendPorts: readonly [number, number];
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
  /** Whether clients may open WebSockets within HTTP/2 (RFC 8441). */
  readonly hasHttp2: boolean;
}

/**
 * Reads the configuration that docs/deploying.md shows in a language, and puts the test's own places and times into it.
 *
 * @param own by the text on the page, which has to be there once, what stands there in the test.
 */
export function pageConfiguration(language: string, own: Readonly<Record<string, string>>): string {
  const page = readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8');
  const [block, ...more] = codeBlocks(page).filter((each) => each.language === language);
  if (block === undefined || more.length > 0) throw new Error(`docs/deploying.md has to show one ${language} block`);
  return Object.entries(own).reduce((text, [shown, ours]) => {
    const parts = text.split(shown);
    if (parts.length !== 2) throw new Error(`${language}: ${shown} is there ${parts.length - 1} times`);
    return parts.join(ours);
  }, block.code);
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

/**
 * Starts a proxy, and resolves when it accepts connections.
 *
 * @param backendPorts the ports of the servers behind it, one or two.
 */
export async function startProxy(
  kind: ProxyKind,
  [first, second = first]: readonly [number, number?],
  idleMs: number,
): Promise<RunningProxy> {
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const running = await startProgram(kind.program, [port, tlsPort], (folder) => ({
    args: kind.args(folder, join(folder, 'proxy.conf')),
    files: {
      'identity.pem': TLS_IDENTITY.key + TLS_IDENTITY.cert,
      'proxy.conf': kind.configuration({ folder, port, tlsPort, backendPorts: [first, second], idleMs }),
    },
  }));
  return {
    url: `ws://${HOST}:${port}`,
    tlsUrl: `wss://localhost:${tlsPort}`,
    kill: () => running.signal('SIGKILL'),
    [Symbol.asyncDispose]: () => running.stop('SIGTERM'),
  };
}
