import { expect, test } from 'vitest';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { SCRIPTED_WIRE_OPTIONS, ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { ScriptedServer } from '../../src/testing/scripted-server.js';
import type { Upgrade } from '../../src/transport/transport.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function dialing(protocols: readonly string[] = []): Promise<{ dialed: ScriptedPeer; upgrade: Upgrade }> {
  const transport = createMemoryTransport({ wallNow: () => Date.UTC(2026, 0, 1) });
  const upgrades: Upgrade[] = [];
  const server = await ScriptedServer.listen(transport, { onUpgrade: (upgrade) => upgrades.push(upgrade) });
  const dialed = ScriptedPeer.dial(transport, server.url, { protocols });
  await turn();
  const [upgrade] = upgrades;
  if (upgrade === undefined) throw new Error('no upgrade has come');
  return { dialed, upgrade };
}

test('a signal that is asked for after the client has gone is aborted', async () => {
  const { dialed, upgrade } = await dialing();
  dialed.wire.terminate();
  await turn();
  expect(upgrade.signal.aborted).toBe(true);
});

test('a signal aborts later, not while the client calls off', async () => {
  const { dialed, upgrade } = await dialing();
  const { signal } = upgrade;
  dialed.wire.terminate();
  expect(signal.aborted).toBe(false);
  await turn();
  expect(signal.aborted).toBe(true);
});

test('an accept that crosses a calling off hands out a wire that ends', async () => {
  const { dialed, upgrade } = await dialing();
  const wire = upgrade.accept(undefined, SCRIPTED_WIRE_OPTIONS);
  if (wire === undefined) throw new Error('the client has not gone yet');
  const accepted = new ScriptedPeer(wire);
  dialed.wire.close(1000, '');
  expect(await accepted.ended()).toMatchObject({ kind: 'socket-ended' });
  expect(await dialed.ended()).toMatchObject({ kind: 'dial-failed' });
  expect(dialed.facts).toHaveLength(1);
});

test('a refusal that crosses a calling off is reported as called off', async () => {
  const { dialed, upgrade } = await dialing();
  upgrade.refuse({ status: 403 });
  dialed.wire.close(1000, '');
  expect(await dialed.ended()).toMatchObject({ kind: 'dial-failed' });
});

test('a date in Retry-After is reckoned from the wall clock of the transport', async () => {
  const { dialed, upgrade } = await dialing();
  upgrade.refuse({ status: 503, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' } });
  expect(await dialed.ended()).toMatchObject({ retryAfterMs: 5_000 });
});

test('a subprotocol is not settled on when none was offered', async () => {
  const { dialed, upgrade } = await dialing();
  expect(upgrade.accept('chat', SCRIPTED_WIRE_OPTIONS)?.protocol).toBe('');
  expect(await dialed.fact('wire.opened')).toMatchObject({ protocol: '' });
});

test.each([
  [undefined, 'none'],
  ['other', 'other'],
])('a server that chooses %s is named in the cause', async (chosen, name) => {
  const { dialed, upgrade } = await dialing(['chat']);
  upgrade.accept(chosen, SCRIPTED_WIRE_OPTIONS);
  expect((await dialed.ended()).cause?.message).toContain(name);
});
