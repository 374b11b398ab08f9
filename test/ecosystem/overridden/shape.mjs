/** Prints what programs find under the name of ws. */
import { createRequire } from 'node:module';
import { WebSocket as Ours } from 'wirekeeper/ws';
import main, * as named from 'ws';

const required = createRequire(import.meta.url)('ws');
const ofWirekeeper = createRequire(import.meta.resolve('wirekeeper'));
console.log(
  JSON.stringify({
    isOurs: [main, named.WebSocket, required, required.WebSocket].every((each) => each === Ours),
    names: Object.keys(named).filter((name) => name !== 'module.exports'),
    members: Object.keys(required).filter((name) => !(name.toUpperCase() === name)),
    beneath: ofWirekeeper('@wirekeeper/plain-ws/package.json').name,
  }),
);
