import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'vitest';
import { freePorts, type RunningProgram, startProgram } from '../foreign/program.js';

const MISSING = 'nats-server is not installed: run scripts/install-peers.sh nats';

/** Whether there is no nats-server: then tests with it are skipped. */
export const isNatsMissing = spawnSync('nats-server', ['--version']).error !== undefined;

/** A nats-server of the tests' own, with JetStream, in a temporary folder. */
export interface NatsServer {
  readonly url: string;
  readonly port: number;
  signal(signal: NodeJS.Signals): void;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Says that tests with NATS are skipped; with WIREKEEPER_REQUIRE_PEERS=1 that is a failure. */
export function sayIfNatsIsMissing(): void {
  if (!isNatsMissing) return;
  test(MISSING, (context) => {
    if (process.env['WIREKEEPER_REQUIRE_PEERS'] === '1') throw new Error(MISSING);
    context.skip(MISSING);
  });
}

/** @param at the port and the folder for its data, of a server before; default: new ones. */
export async function startNats(at?: { readonly port: number; readonly folder: string }): Promise<NatsServer> {
  const [free = 0] = at === undefined ? await freePorts(1) : [];
  const port = at?.port ?? free;
  const server: RunningProgram = await startProgram('nats-server', [port], (own) => ({
    args: ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', at?.folder ?? join(own, 'data')],
    files: {},
  }));
  return {
    url: `127.0.0.1:${port}`,
    port,
    signal: (signal) => server.signal(signal),
    stop: (signal = 'SIGKILL') => server.stop(signal),
  };
}
