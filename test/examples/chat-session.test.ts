import { afterEach, describe, expect, test } from 'vitest';
import { start } from '../../examples/chat-session.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { endingsOf } from '../support/endings.js';
import { UndiciClient, urlOf } from '../support/undici-client.js';

let chat: Awaited<ReturnType<typeof start>>;

afterEach(() => chat.supervisor.stop());

/** The example in memory, on a clock of the test's. */
async function place() {
  const clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  chat = await start({ port: 0, clock, transport });
  const visit = async () => {
    const peer = ScriptedPeer.dial(transport, `ws://memory:${chat.listener.address?.port}/chat`);
    await peer.fact('wire.opened');
    await peer.received(1);
    return peer;
  };
  const enter = async (name: string) => {
    const peer = await visit();
    peer.wire.send(name, false);
    await clock.advanceAsync(1);
    return peer;
  };
  const say = async (peer: ScriptedPeer, ...lines: string[]) => {
    for (const line of lines) peer.wire.send(line, false);
    await clock.advanceAsync(1);
  };
  return { clock, visit, enter, say };
}

const lines = (count: number) => Array.from({ length: count }, (_, line) => `line ${line + 1}`);

test('asks for a name until it gets one', async () => {
  const { visit, say } = await place();
  const peer = await visit();
  await say(peer, 'two words', 'ann', 'hello');
  expect(peer.texts).toEqual(['Who are you?', 'Who are you?']);
});

test('closes clients that give no name within half a minute with 4408', async () => {
  const { clock, visit } = await place();
  const peer = await visit();
  await clock.advanceAsync(29_990);
  expect(peer.facts.map(({ type }) => type)).toEqual(['wire.opened']);
  await clock.advanceAsync(10);
  expect((await peer.ended()).received).toEqual({ code: 4408, reason: 'no name in time' });
});

test('informs those present who comes, what they say, and who leaves', async () => {
  const { enter, say, clock } = await place();
  const ann = await enter('ann');
  const bob = await enter('bob');
  await say(bob, 'hello', '/quit');
  expect((await bob.ended()).received).toEqual({ code: 1000, reason: 'goodbye' });
  const cat = await enter('cat');
  await say(cat, 'hello');
  cat.wire.terminate();
  await endingsOf(chat.supervisor, 2);
  await clock.advanceAsync(1);
  expect(ann.texts.slice(1)).toEqual([
    'bob has come',
    'bob: hello',
    'bob has left',
    'cat has come',
    'cat: hello',
    'cat has left',
  ]);
});

describe('a flood of lines', () => {
  test('is read up to the fifth; a client that goes on is muted for a minute', async () => {
    const { clock, enter, say } = await place();
    const ann = await enter('ann');
    const bob = await enter('bob');
    await say(bob, ...lines(8));
    expect(ann.texts.slice(2)).toEqual(lines(5).map((line) => `bob: ${line}`));
    expect(bob.texts.slice(1)).toEqual(['Take a breath: you are muted for a minute.']);
    await clock.advanceAsync(60_000);
    await say(bob, 'sorry');
    expect(ann.texts.at(-1)).toBe('bob: sorry');
  });

  test('is none when there is a breath between', async () => {
    const { clock, enter, say } = await place();
    const ann = await enter('ann');
    const bob = await enter('bob');
    await say(bob, ...lines(5));
    await clock.advanceAsync(5_000);
    await say(bob, ...lines(5));
    expect(ann.texts.slice(2)).toHaveLength(10);
  });

  test('that does not end when it is muted ends the connection with 4429', async () => {
    const { enter, say } = await place();
    const ann = await enter('ann');
    const bob = await enter('bob');
    await say(bob, ...lines(17));
    expect((await bob.ended()).received).toEqual({ code: 4429, reason: 'too many lines' });
    expect(ann.texts.at(-1)).toBe('bob has left');
  });
});

test('binary messages are ignored', async () => {
  const { visit, clock } = await place();
  const peer = await visit();
  peer.wire.send(Buffer.from('ann'), true);
  await clock.advanceAsync(1);
  expect(peer.texts).toEqual(['Who are you?']);
});

test('leaves no timer when it stops', async () => {
  const { clock, visit, enter } = await place();
  await visit();
  await enter('ann');
  await chat.supervisor.stop();
  expect(clock.pending).toBe(0);
});

test('serves sockets as well', async () => {
  chat = await start({ port: 0 });
  await using client = await UndiciClient.connect(urlOf(chat.listener, '/chat'));
  expect(await client.next()).toBe('Who are you?');
  client.socket.send('ann');
  client.socket.send('/quit');
  expect(await client.closed).toMatchObject({ code: 1000, reason: 'goodbye', wasClean: true });
  expect(await endingsOf(chat.supervisor)).toMatchObject([
    { trigger: 'handler-returned', code: 1000, reason: 'goodbye' },
  ]);
});
