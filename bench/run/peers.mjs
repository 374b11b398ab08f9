import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildGorilla } from './gorilla.mjs';

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const BUN = pathOf('../node_modules/.bin/bun');
const node = (file) => () => ({ command: [process.execPath, '--expose-gc', pathOf(`../servers/${file}`)] });

/** ws finds bufferutil here, which most of its users have not installed. */
const WITHOUT_BUFFERUTIL = { WS_NO_BUFFER_UTIL: '1' };
const EVERY_MODE = ['echo', 'broadcast', 'firehose', 'slow'];
const FOREIGN_MODES = ['echo', 'broadcast'];

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
    modes: EVERY_MODE,
    env: WITHOUT_BUFFERUTIL,
    find: node('raw-ws.mjs'),
  },
  'raw-ws-bufferutil': {
    title: 'ws by hand with bufferutil',
    dialect: 'plain',
    modes: EVERY_MODE,
    find: node('raw-ws.mjs'),
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
    modes: FOREIGN_MODES,
    find: () =>
      existsSync(BUN)
        ? { command: [BUN, pathOf('../servers/bun.mjs')] }
        : { missing: 'bun is not installed: run node scripts/install.mjs bench' },
  },
  gorilla: {
    title: 'gorilla/websocket',
    dialect: 'plain',
    modes: FOREIGN_MODES,
    find: () => {
      const { path, missing } = buildGorilla();
      return path === undefined ? { missing } : { command: [path] };
    },
  },
});

/** What everything is compared with. */
export const BASELINE = 'raw-ws';
