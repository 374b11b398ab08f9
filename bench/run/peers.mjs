import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TLS_FILES } from '../shared/tls/identity.mjs';
import { buildGorilla } from './gorilla.mjs';

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const BUN = pathOf('../node_modules/.bin/bun');
const node = (file) => () => ({ command: [process.execPath, '--expose-gc', pathOf(`../servers/${file}`)] });

/** ws finds bufferutil here, which most of its users have not installed. */
const WITHOUT_BUFFERUTIL = { WS_NO_BUFFER_UTIL: '1' };
const WS_MODES = ['echo', 'echo-tls', 'broadcast', 'firehose', 'slow'];
const EVERY_MODE = [...WS_MODES, 'receive', 'start'];
const FOREIGN_MODES = ['echo', 'broadcast'];
/** It has the bench's certificate trusted, of which no option of its own speaks. */
const TRUSTING = { NODE_EXTRA_CA_CERTS: TLS_FILES.cert };

/**
 * Who can be compared. `find` gives the command that starts the server, or why it is missing.
 *
 * @type {Readonly<Record<string, { title: string, dialect: string, modes: readonly string[], env?: Record<string,
 * string>, find: () => { command: readonly string[] } | { missing: string } }>>}
 */
export const peers = Object.freeze({
  'raw-ws': {
    title: 'ws by hand',
    dialect: 'plain',
    modes: EVERY_MODE,
    env: WITHOUT_BUFFERUTIL,
    find: node('raw-ws.mjs'),
  },
  supervised: {
    title: 'wirekeeper',
    dialect: 'plain',
    modes: EVERY_MODE,
    env: WITHOUT_BUFFERUTIL,
    find: () =>
      existsSync(pathOf('../../dist/index.js'))
        ? node('supervised.mjs')()
        : { missing: 'dist/index.js is missing: run npm run build first' },
  },
  'raw-ws-again': {
    title: 'ws by hand, a second one: the noise',
    dialect: 'plain',
    modes: [...WS_MODES, 'receive'],
    env: WITHOUT_BUFFERUTIL,
    find: node('raw-ws.mjs'),
  },
  'raw-ws-bufferutil': {
    title: 'ws by hand with bufferutil',
    dialect: 'plain',
    modes: WS_MODES,
    find: node('raw-ws.mjs'),
  },
  'bare-tls': {
    title: "Node's TLS without a WebSocket: the floor",
    dialect: 'plain',
    modes: ['echo-tls'],
    find: node('bare-tls.mjs'),
  },
  undici: {
    title: 'undici',
    dialect: 'plain',
    modes: ['receive'],
    env: TRUSTING,
    find: () =>
      process.allowedNodeEnvironmentFlags.has('--experimental-websocket')
        ? { command: [process.execPath, '--expose-gc', '--experimental-websocket', pathOf('../servers/undici.mjs')] }
        : node('undici.mjs')(),
  },
  socketio: {
    title: 'socket.io',
    dialect: 'socketio',
    modes: FOREIGN_MODES,
    env: WITHOUT_BUFFERUTIL,
    find: node('socketio.mjs'),
  },
  bun: {
    title: 'Bun',
    dialect: 'plain',
    modes: [...FOREIGN_MODES, 'echo-tls'],
    find: () =>
      existsSync(BUN)
        ? { command: [BUN, pathOf('../servers/bun.mjs')] }
        : { missing: 'bun is not installed: run node scripts/install.mjs bench' },
  },
  gorilla: {
    title: 'gorilla/websocket',
    dialect: 'plain',
    modes: [...FOREIGN_MODES, 'echo-tls', 'receive'],
    find: () => {
      const { path, missing } = buildGorilla();
      return path === undefined ? { missing } : { command: [path] };
    },
  },
});

/** What everything is compared with. */
export const BASELINE = 'raw-ws';
