import { fileURLToPath } from 'node:url';
import { checkStack } from './checks.js';
import { foreignPackagesMissing } from './packages.js';

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

checkStack({
  name: "Bun's WebSocket",
  missing: foreignPackagesMissing,
  roles: ['client', 'server'],
  command: [fileOf('node_modules/.bin/bun'), fileOf('javascript/bun-peer.mjs')],
  canFragment: false,
  canCloseWithAnyCode: true,
  answerTo: (close) => close,
});
