import { expect, test } from 'vitest';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { ScriptedServer } from '../../src/testing/scripted-server.js';

const transport = createMemoryTransport();

test('hands out those it accepts in order, whether they have come yet or not', async () => {
  const server = await ScriptedServer.listen(transport);
  const asked = [server.accepted(), server.accepted()];
  const clients = [1, 2, 3].map(() => ScriptedPeer.dial(transport, server.url));
  await clients.at(-1)?.fact('wire.opened');
  expect([...(await Promise.all(asked)), await server.accepted()]).toEqual(server.peers);
});

test('settles on the first subprotocol offered', async () => {
  const server = await ScriptedServer.listen(transport);
  const client = ScriptedPeer.dial(transport, server.url, { protocols: ['a', 'b'] });
  expect(await client.fact('wire.opened')).toMatchObject({ protocol: 'a' });
});

test('leaves the decision to a test that wants it', async () => {
  const server = await ScriptedServer.listen(transport, { onUpgrade: (upgrade) => upgrade.refuse({ status: 403 }) });
  expect(await ScriptedPeer.dial(transport, server.url).ended()).toMatchObject({ kind: 'refused', httpStatus: 403 });
  expect(server.peers).toEqual([]);
});

test('accepts with the behaviour and bounds asked for', async () => {
  const server = await ScriptedServer.listen(transport, {
    behaviour: 'mute',
    options: { maxPayloadBytes: 4, maxFragments: 1, perMessageDeflate: false },
  });
  const client = ScriptedPeer.dial(transport, server.url, { behaviour: 'mute' });
  await client.fact('wire.opened');
  client.wire.send('12345', false);
  expect(await client.fact('wire.closing')).toMatchObject({ received: { code: 1009 } });
  expect(server.peers[0]?.facts.map(({ type }) => type)).toEqual(['wire.failed']);
});

test('drops everybody and frees its port at the end', async () => {
  const server = await ScriptedServer.listen(transport);
  const { port, url } = server;
  const client = ScriptedPeer.dial(transport, url);
  await client.fact('wire.opened');
  await server[Symbol.asyncDispose]();
  expect(await client.ended()).toMatchObject({ kind: 'socket-ended' });
  expect(() => server.port).toThrow('closed');
  expect((await ScriptedServer.listen(transport, { port })).port).toBe(port);
});
