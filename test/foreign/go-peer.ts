import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stack } from './peer.js';

const SOURCES = fileURLToPath(new URL('go', import.meta.url));
const FOLDER = fileURLToPath(new URL('node_modules/.go', import.meta.url));
/** Where Debian's golang-*-dev packages put their sources. */
const DEBIAN_GOPATH = '/usr/share/gocode';
const LIBRARIES = ['github.com/gorilla/websocket', 'nhooyr.io/websocket'];
const BUILD_WITHIN_MS = 120_000;

const INSTALL = 'run scripts/install-peers.sh go';

/** Builds the program of the Go peers, in moments when it was built before. Returns why it cannot be had. */
function build(binary: string): string | undefined {
  const library = LIBRARIES.find((name) => !existsSync(`${DEBIAN_GOPATH}/src/${name}`));
  if (library !== undefined) return `the Go library ${library} is not installed: ${INSTALL}`;
  const { error, status, stderr } = spawnSync('go', ['build', '-o', binary, '.'], {
    cwd: SOURCES,
    env: { ...process.env, GO111MODULE: 'off', GOPATH: DEBIAN_GOPATH, GOFLAGS: '' },
    timeout: BUILD_WITHIN_MS,
    encoding: 'utf8',
  });
  if (error !== undefined) return `Go did not run (${error.message}): ${INSTALL}`;
  if (status !== 0) throw new Error(`go build failed in ${SOURCES}: ${stderr}`);
  return undefined;
}

/** A stack of the program in the folder `go`. */
export function goStack(library: 'gorilla' | 'nhooyr', rest: Pick<Stack, 'name' | 'answerTo'>): Stack {
  // Each file of tests has a binary of its own: they run side by side.
  const binary = join(FOLDER, library);
  return {
    missing: build(binary),
    roles: ['client', 'server'],
    command: [binary, library],
    canFragment: true,
    canCloseWithAnyCode: true,
    ...rest,
  };
}
