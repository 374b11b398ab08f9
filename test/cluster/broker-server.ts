import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'vitest';
import { freePorts, type ProgramSettings, type RunningProgram, startProgram } from '../foreign/program.js';

/** A broker's server of the tests' own, on a free port, with its data in a temporary folder. */
export interface BrokerServer {
  readonly url: string;
  readonly port: number;
  signal(signal: NodeJS.Signals): void;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The port and the folder for its data, of a server before. */
export interface ServerPlace {
  readonly port: number;
  readonly folder: string;
}

/** Whether a program is missing: then tests with it are skipped. */
export const isMissing = (program: string): boolean => spawnSync(program, ['--version']).error !== undefined;

/** Says that tests with a broker are skipped; with WIREKEEPER_REQUIRE_PEERS=1 that is a failure. */
export function sayIfMissing(program: string, peer: string): void {
  const missing = `${program} is not installed: run scripts/install-peers.sh ${peer}`;
  if (!isMissing(program)) return;
  test(missing, (context) => {
    if (process.env['WIREKEEPER_REQUIRE_PEERS'] === '1') throw new Error(missing);
    context.skip(missing);
  });
}

/** @param at where it was before; default: a free port, and a new folder. */
export async function startServer(
  program: string,
  at: ServerPlace | undefined,
  argsFor: (place: ServerPlace) => readonly string[],
): Promise<BrokerServer> {
  const [free = 0] = at === undefined ? await freePorts(1) : [];
  const port = at?.port ?? free;
  const settings = (own: string): ProgramSettings => ({
    args: argsFor({ port, folder: at?.folder ?? join(own, '.') }),
    files: {},
  });
  const server: RunningProgram = await startProgram(program, [port], settings);
  return {
    url: `127.0.0.1:${port}`,
    port,
    signal: (signal) => server.signal(signal),
    stop: (signal = 'SIGKILL') => server.stop(signal),
  };
}
