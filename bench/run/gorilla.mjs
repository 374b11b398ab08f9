import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCES = ['main.go', 'receive.go'].map((file) =>
  fileURLToPath(new URL(`../servers/gorilla/${file}`, import.meta.url)),
);
const FOLDER = fileURLToPath(new URL('../results/bin/', import.meta.url));
const BINARY = `${FOLDER}gorilla`;
/** Where Debian's golang-*-dev packages put their sources. */
const DEBIAN_GOPATH = '/usr/share/gocode';
const BUILD_WITHIN_MS = 180_000;

/** Builds the gorilla server unless it is there. Returns its path, or why it cannot be had. */
export function buildGorilla() {
  if (existsSync(BINARY) && SOURCES.every((file) => statSync(BINARY).mtimeMs > statSync(file).mtimeMs))
    return { path: BINARY };
  if (!existsSync(`${DEBIAN_GOPATH}/src/github.com/gorilla/websocket`))
    return { missing: 'golang-github-gorilla-websocket-dev is not installed' };
  mkdirSync(FOLDER, { recursive: true });
  const built = spawnSync('go', ['build', '-o', BINARY, ...SOURCES], {
    env: { ...process.env, GO111MODULE: 'off', GOPATH: DEBIAN_GOPATH, GOFLAGS: '' },
    timeout: BUILD_WITHIN_MS,
    encoding: 'utf8',
  });
  if (built.error !== undefined)
    return { missing: built.error.code === 'ENOENT' ? 'golang-go is not installed' : built.error.message };
  return built.status === 0
    ? { path: BINARY }
    : { missing: `go build failed: ${built.stderr.trim().split('\n').at(-1)}` };
}
