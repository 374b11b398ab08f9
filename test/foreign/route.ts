import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { HttpProxy } from '../support/http-proxy.js';
import { SocksProxy } from '../support/socks-proxy.js';
import { freePorts, type ProgramSettings, startProgram } from './program.js';

const CREDENTIALS = 'tea:earl-grey';
const [USER, PASSWORD] = CREDENTIALS.split(':') as [string, string];

/** A proxy on the way from our dialer to a foreign server, which wants a user and a password. */
export interface ForwardProxy extends AsyncDisposable {
  /** @param credentials what is in the URL. Default: what it wants. */
  url(credentials?: string): string;
}

/** A way from our dialer to a foreign server through such a proxy, with TLS from end to end. */
export interface Route {
  readonly name: string;
  /** Why it cannot be taken; `undefined` if it can. */
  readonly missing: string | undefined;
  /**
   * Whether the proxy ends both sides as soon as one of them ends, as many do. What the server still sends is then
   * answered by a reset, which may overtake the Close by which we fail a connection.
   */
  readonly endsBothSides: boolean;
  start(): Promise<ForwardProxy>;
}

/** Ways through the tests' own proxies. */
export const OWN_ROUTES: readonly Route[] = [
  {
    name: 'a CONNECT proxy',
    missing: undefined,
    endsBothSides: false,
    start: () => HttpProxy.listen({ credentials: CREDENTIALS }),
  },
  {
    name: 'a SOCKS5 proxy',
    missing: undefined,
    endsBothSides: false,
    start: async () => {
      const proxy = await SocksProxy.listen({ credentials: CREDENTIALS });
      return {
        url: (credentials) => proxy.url('socks5h', credentials),
        [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
      };
    },
  },
];

/** Debian's tinyproxy, by CONNECT. */
export const TINYPROXY: Route = debianRoute('tinyproxy', '/usr/bin/tinyproxy', 'http', (folder, port) => ({
  args: ['-d', '-c', join(folder, 'tinyproxy.conf')],
  files: {
    'tinyproxy.conf': `
Port ${port}
Listen 127.0.0.1
Allow 127.0.0.1
Timeout 60
MaxClients 50
LogLevel Warning
BasicAuth ${USER} ${PASSWORD}
`,
  },
}));

/** Debian's microsocks, by SOCKS5. */
export const MICROSOCKS: Route = debianRoute('microsocks', '/usr/bin/microsocks', 'socks5h', (_folder, port) => ({
  args: ['-i', '127.0.0.1', '-p', `${port}`, '-u', USER, '-P', PASSWORD],
  files: {},
}));

function debianRoute(
  name: string,
  program: string,
  scheme: string,
  settingsFor: (folder: string, port: number) => ProgramSettings,
): Route {
  const { error } = spawnSync(program, ['-h']);
  return {
    name,
    missing: error === undefined ? undefined : `${name} is not installed: run scripts/install-peers.sh proxies`,
    endsBothSides: true,
    start: async () => {
      const [port = 0] = await freePorts(1);
      const running = await startProgram(program, [port], (folder) => settingsFor(folder, port));
      return {
        url: (credentials = CREDENTIALS) => `${scheme}://${credentials}@127.0.0.1:${port}`,
        [Symbol.asyncDispose]: () => running.stop('SIGTERM'),
      };
    },
  };
}
