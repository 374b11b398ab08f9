import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { Hocuspocus } from '@hocuspocus/server';
import { afterEach, expect, test } from 'vitest';
import { createSupervisor } from 'wirekeeper';
import * as Y from 'yjs';
import { classOf, type Served, serve } from './served.js';
import { endingsOf } from './w3c-place.js';

const client = createSupervisor();
let served: Served;
const providers: HocuspocusProvider[] = [];

afterEach(async () => {
  leave();
  await client.stop();
  await served.supervisor.stop();
});

/** Ends the clients, with their timers. */
function leave(): void {
  for (const provider of providers.splice(0)) {
    provider.destroy();
    provider.configuration.websocketProvider.destroy();
    provider.document.destroy();
  }
}

async function start(port = 0): Promise<void> {
  served = await serve({}, port);
  const hocuspocus = new Hocuspocus({
    quiet: true,
    async onAuthenticate({ token }) {
      if (token !== 'secret') throw new Error('no');
    },
  });
  served.server.on('connection', (socket, request) => hocuspocus.handleConnection(socket, request));
}

function join(token: string, onAuthenticationFailed = () => {}): HocuspocusProvider {
  const provider = new HocuspocusProvider({
    websocketProvider: new HocuspocusProviderWebsocket({
      url: `ws://127.0.0.1:${served.port}`,
      WebSocketPolyfill: classOf(client),
      delay: 10,
      minDelay: 10,
      jitter: false,
    }),
    name: 'room',
    token,
    document: new Y.Doc(),
    onAuthenticationFailed,
  });
  provider.attach();
  providers.push(provider);
  return provider;
}

test('documents of hocuspocus stay the same on both sides, also across a drain; a wrong token is refused', async () => {
  await start();
  const { port } = served;
  const [one, other] = [join('secret'), join('secret')];
  const textOf = ({ document }: HocuspocusProvider) => document.getText('text').toJSON();
  one.document.getText('text').insert(0, 'hello');
  await expect.poll(() => textOf(other)).toBe('hello');
  let refused = false;
  join('wrong', () => {
    refused = true;
  });
  await expect.poll(() => refused).toBe(true);

  await served.drain();
  expect(served.endings()).toEqual(Array.from({ length: 3 }, () => ['drained', 1012]));
  other.document.getText('text').insert(5, ' again');

  await start(port);
  await expect.poll(() => textOf(one), { timeout: 10_000 }).toBe('hello again');
  leave();
  await expect.poll(() => served.endings().map(([trigger]) => trigger)).toEqual(Array(3).fill('peer-closed'));
  expect(endingsOf(client.endings).slice(0, 3)).toEqual(Array(3).fill('peer-closed 1012'));
  served.server.close();
});
