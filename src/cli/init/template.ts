/** A file of a new service. */
export interface TemplateFile {
  readonly name: string;
  readonly content: string;
}

const ROOMS = `import { broadcast, Group } from 'wirekeeper';

/** Who is in which room of this process. */
const rooms = new Map();

/** Runs for one client, from its opening handshake to its end. When it throws, only this client is closed. */
export async function join(connection) {
  const { room } = connection.request.params;
  const members = rooms.get(room) ?? new Group();
  rooms.set(room, members);
  members.add(connection);
  for await (const frame of connection) broadcast(members, frame.text(), { except: connection });
  // A client leaves its groups by itself when it begins to close.
  if (members.size === 0 && rooms.get(room) === members) rooms.delete(room);
}
`;

const SERVICE = `import { once } from 'node:events';
import { createServer } from 'node:http';
import { createSupervisor, explain } from 'wirekeeper';
import { join } from './rooms.js';

const supervisor = createSupervisor();
supervisor.events$.subscribe((event) => {
  if (event.type === 'connection.ended') console.log(explain(event.report));
});

// Probes: /healthz as long as it runs, /readyz as long as it takes connections.
const server = createServer(({ url }, response) => {
  if (url === '/healthz') response.end('alive');
  else if (url === '/readyz') response.writeHead(supervisor.isReady ? 200 : 503).end();
  else response.writeHead(404).end();
});

await supervisor.listen({
  server,
  path: '/rooms/:room',
  limits: { maxPayloadBytes: 65_536 },
  // Who may come in? Add authenticate: see docs/authentication.md.
  handler: join,
});
server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? '127.0.0.1');
await once(server, 'listening');
console.log('listens on port', server.address().port);

// Each client is closed with 1012, and with advice when to come back. A second signal joins the first.
const drain = () => void supervisor.drain({ spreadMs: 5_000, withinMs: 15_000 });
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, drain);
await supervisor.ended;
server.close();
`;

const TEST = `import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createSupervisor } from 'wirekeeper';
import { createHeapClock, createMemoryTransport, ScriptedPeer } from 'wirekeeper/testing';
import { join } from './rooms.js';

// A network in memory and a clock that the test moves: no port, and no waiting.
let supervisor;
let transport;
let port;

beforeEach(async () => {
  const clock = createHeapClock();
  transport = createMemoryTransport(clock);
  supervisor = createSupervisor({ clock, transport });
  const { address } = await supervisor.listen({ port: 0, path: '/rooms/:room', handler: join });
  port = address.port;
});
afterEach(() => supervisor.stop());

async function enter(room) {
  const peer = ScriptedPeer.dial(transport, \`ws://memory:\${port}/rooms/\${room}\`);
  await peer.fact('wire.opened');
  return peer;
}

test('what one says in a room, the others there hear', async () => {
  const [ann, bob, eve] = [await enter('tea'), await enter('tea'), await enter('coffee')];
  ann.send('hello');
  assert.equal((await bob.next()).text(), 'hello');
  bob.send('hello yourself');
  assert.equal((await ann.next()).text(), 'hello yourself');
  eve.close();
  assert.equal((await eve.ended()).received.code, 1000);
});
`;

const readme = (name: string) => `# ${name}

A WebSocket service: rooms, in which clients hear each other.

\`\`\`sh
npm install
npm test
npm start
\`\`\`

While it runs, in two other terminals:

\`\`\`sh
npx wirekeeper dial ws://127.0.0.1:8080/rooms/tea
\`\`\`

\`rooms.js\` says what happens to a client, \`rooms.test.js\` is its test, and \`service.js\` starts the service: on
port 8080 of this machine, or where \`PORT\` and \`HOST\` say. It has probes at \`/healthz\` and \`/readyz\`. SIGTERM
and Ctrl-C drain it: each client is closed with 1012, and with advice when to come back.

\`npm start\` is \`exec node service.js\`, so that a signal to npm reaches the service. Windows knows no \`exec\`: leave
the word out there.

Next: authentication, origins, and deploying are pages of the documentation, in \`node_modules/wirekeeper/docs/\`.
`;

/**
 * The files of a new service.
 *
 * @param name the name of its package.
 * @param version of this package, which the service depends on.
 */
export function templateOf(name: string, version: string): readonly TemplateFile[] {
  const manifest = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    // Without `exec`, npm's shell takes a signal to npm for itself, and the service goes on as an orphan.
    scripts: { start: 'exec node service.js', test: 'node --test' },
    dependencies: { wirekeeper: `^${version}` },
  };
  return [
    { name: 'package.json', content: `${JSON.stringify(manifest, undefined, 2)}\n` },
    { name: 'rooms.js', content: ROOMS },
    { name: 'rooms.test.js', content: TEST },
    { name: 'service.js', content: SERVICE },
    { name: 'README.md', content: readme(name) },
    { name: '.gitignore', content: 'node_modules/\n' },
  ];
}
