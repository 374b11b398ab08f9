import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkStack } from './checks.js';

const CHROMIUM = '/usr/bin/chromium';
const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const isInstalled = existsSync(CHROMIUM) && existsSync(fileOf('../browser/node_modules/playwright-core'));

checkStack({
  name: "Chromium's WebSocket",
  missing: isInstalled
    ? undefined
    : 'Chromium is not installed: run scripts/install-peers.sh chromium and node scripts/install.mjs test/browser',
  roles: ['client'],
  command: [process.execPath, fileOf('javascript/chromium-peer.mjs'), CHROMIUM],
  canPing: false,
  canFragment: false,
  canCloseWithAnyCode: false,
  isOneProcess: false,
  answerTo: (close) => close,
});
