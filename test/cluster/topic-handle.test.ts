import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BrokerDownError } from '../../src/cluster/api/errors.js';
import type { PresenceChange } from '../../src/cluster/api/topic.js';
import { OptionError } from '../../src/index.js';
import { aCluster, type Client, type TestCluster } from './a-cluster.js';

const history = { messages: 1_000, ageMs: 600_000 };

let system: TestCluster;

beforeEach(async () => {
  system = await aCluster();
});
afterEach(() => system.stop());

const settle = () => system.clock.advanceAsync(0);

/** One client on each node, which is a member there. */
async function members(name: string, options: { history?: typeof history } = {}) {
  const topics = system.nodes.map((node) => node.cluster.topic(name, options));
  const clients: Client[] = [];
  for (const [index, node] of system.nodes.entries()) {
    const client = await node.client();
    topics[index]?.add(client.connection);
    clients.push(client);
  }
  await settle();
  const [topic, ...others] = topics;
  if (topic === undefined) throw new Error('no topic');
  return { topic, others, clients, gots: () => clients.map(({ got }) => got) };
}

describe.each([
  ['without history', {}],
  ['with history', { history }],
])('%s', (_what, options) => {
  test('what one node publishes reaches the members on all nodes, once, in order, as text or binary', async () => {
    const { topic, gots } = await members('rooms.tea', options);
    expect(await topic.publish('one')).toMatchObject({ result: 'taken' });
    await topic.publish(Buffer.from([1, 2, 255]));
    await topic.publish({ data: Buffer.from('two'), isBinary: false });
    await settle();
    for (const got of gots()) expect(got).toEqual(['one', '0102ff', 'two']);
  });

  test('the connection that it came from can be left out, on its own node only', async () => {
    const { topic, clients, gots } = await members('rooms.tea', options);
    await topic.publish('one', { except: clients[0]?.connection });
    await topic.publish('two', { except: clients[1]?.connection });
    await settle();
    expect(gots()).toEqual([['two'], ['one', 'two'], ['one', 'two']]);
  });

  test('names that look like wildcards or separators are names', async () => {
    const names = [
      'rooms.tea',
      'rooms.*',
      'rooms.>',
      '>',
      '*',
      'rooms',
      'rooms.tea.',
      'rooms tea',
      'räume.☕',
      'rooms_2etea',
    ];
    const [one, two] = system.nodes;
    const got = new Map<string, Client>();
    for (const name of names) {
      const client = await one.client();
      one.cluster.topic(name, options).add(client.connection);
      got.set(name, client);
    }
    await settle();
    for (const name of names) await two.cluster.topic(name, options).publish(name);
    await settle();
    for (const name of names) expect(got.get(name)?.got).toEqual([name]);
  });

  test('members leave by themselves when they close, and can be removed', async () => {
    const { topic, clients, gots } = await members('rooms.tea', options);
    const [first, second] = clients;
    expect([topic.size, topic.has(first?.connection as never)]).toEqual([1, true]);
    first?.connection.close();
    expect([topic.size, topic.has(first?.connection as never)]).toEqual([0, false]);
    expect(system.nodes[1].cluster.topic('rooms.tea', options).delete(second?.connection as never)).toBe(true);
    expect(system.nodes[1].cluster.topic('rooms.tea', options).delete(second?.connection as never)).toBe(false);
    await topic.publish('one');
    await settle();
    expect(gots()).toEqual([[], [], ['one']]);
  });

  test('a connection that is not open is no member', async () => {
    const client = await system.nodes[0].client();
    client.connection.close();
    expect(system.nodes[0].cluster.topic('rooms.tea', options).add(client.connection)).toBe(false);
  });

  test('while the broker is away publish says so at once, nobody gets it, and sockets stay', async () => {
    const { topic, clients, gots } = await members('rooms.tea', options);
    system.broker.stop();
    await settle();
    expect(await topic.publish('lost')).toMatchObject({ result: 'down' });
    system.broker.start();
    await system.clock.advanceAsync(10_000);
    expect(await topic.publish('back')).toMatchObject({ result: 'taken' });
    await settle();
    expect(gots()).toEqual([['back'], ['back'], ['back']]);
    expect(clients.map(({ connection }) => connection.state)).toEqual(['open', 'open', 'open']);
  });

  test('what cannot be sent, and what is longer than the broker takes, is refused at the call', async () => {
    const { topic, gots } = await members('rooms.tea', options);
    for (const odd of [undefined, 5, {}, Promise.resolve('x'), Buffer.alloc(2 ** 20 + 1)])
      await expect(topic.publish(odd as never)).rejects.toThrow(OptionError);
    for (const odd of [{ withinMs: 0 }, { withinMs: '5' }, { exept: 1 }])
      await expect(topic.publish('x', odd as never)).rejects.toThrow(OptionError);
    await settle();
    expect(gots()).toEqual([[], [], []]);
  });

  test('all nodes are asked how many there are, and one that does not answer is named', async () => {
    const { topic } = await members('rooms.tea', options);
    const counted = topic.count();
    await settle();
    expect(await counted).toEqual({ connections: 3, nodes: 3, unanswered: [] });
    const mute = system.nodes[2].cluster.node;
    system.broker.isolate(mute);
    const later = topic.count({ withinMs: 200 });
    await system.clock.advanceAsync(200);
    expect(await later).toEqual({ connections: 2, nodes: 2, unanswered: [mute] });
    system.broker.heal(mute);
  });
});

describe('without history', () => {
  test('a loss of the link is a gap, which is reported for each topic with members', async () => {
    const { topic, gots } = await members('rooms.tea');
    const [one, two, three] = system.nodes;
    system.broker.cut(two.cluster.node);
    await settle();
    await topic.publish('lost for two');
    await system.clock.advanceAsync(1_000);
    await topic.publish('one');
    await settle();
    expect(gots()).toEqual([['lost for two', 'one'], ['one'], ['lost for two', 'one']]);
    expect(two.types().slice(-3)).toEqual(['broker.down', 'broker.up', 'topic.gap']);
    expect([...one.types(), ...three.types()]).not.toContain('topic.gap');
  });

  test('there is nothing to read and no position', async () => {
    const topic = system.nodes[0].cluster.topic('rooms.tea');
    const { connection } = await system.nodes[0].client();
    await expect(topic.since(undefined)).rejects.toThrow(OptionError);
    await expect(topic.resume(connection)).rejects.toThrow(OptionError);
    expect(() => topic.add(connection, { envelope: true })).toThrow(OptionError);
    expect(topic.size).toBe(0);
  });
});

describe('with history', () => {
  test('all nodes have the same order, whoever publishes', async () => {
    const { topic, others, gots } = await members('rooms.tea', { history });
    const published = [topic, ...others].flatMap((each, index) =>
      Array.from({ length: 20 }, (_, number) => each.publish(`${index}-${number}`)),
    );
    await settle();
    await Promise.all(published);
    const [first = [], ...rest] = gots();
    expect(first).toHaveLength(60);
    for (const got of rest) expect(got).toEqual(first);
  });

  test('positions grow, and what came after one can be read on any node, in order', async () => {
    const { topic, others } = await members('rooms.tea', { history });
    const results = [];
    for (const text of ['one', 'two', 'three']) results.push(await topic.publish(text));
    const since = await others[0]?.since(results[0]?.position);
    expect(since?.frames.map(({ data }) => data.toString())).toEqual(['two', 'three']);
    expect([since?.isComplete, since?.position.offset]).toEqual([true, results[2]?.position?.offset]);
    const limited = await topic.since(results[0]?.position, { limit: 1 });
    expect([limited.frames.length, limited.isComplete]).toEqual([1, false]);
    expect(limited.position.offset).toBe(results[1]?.position?.offset);
  });

  test('a position of another history, one that is too old, one beyond the end, and none are not complete', async () => {
    const small = { history: { messages: 2, ageMs: 600_000 } };
    const topic = system.nodes[0].cluster.topic('small', small);
    const first = await topic.publish('0');
    for (const text of ['1', '2', '3', '4']) await topic.publish(text);
    const { position } = first;
    if (position === undefined) throw new Error('no position');
    const old = await topic.since(position);
    expect([old.frames.map(({ data }) => data.toString()), old.isComplete]).toEqual([['3', '4'], false]);
    for (const wrong of [undefined, { ...position, epoch: 'other' }, { ...position, offset: 1e9 }]) {
      const none = await topic.since(wrong);
      expect([none.frames, none.isComplete, none.position]).toEqual([[], false, old.position]);
    }
  });

  test('a node that was away reads what it has missed, in order, before what is new', async () => {
    const { topic, gots } = await members('rooms.tea', { history });
    const [, two] = system.nodes;
    await topic.publish('before');
    system.broker.cut(two.cluster.node);
    await settle();
    for (let number = 0; number < 300; number += 1) await topic.publish(`missed ${number}`);
    await system.clock.advanceAsync(1_000);
    await topic.publish('after');
    await settle();
    const [first, second] = gots();
    expect(second).toEqual(first);
    expect(second).toHaveLength(302);
    expect(two.events.at(-1)).toEqual({ type: 'topic.caught-up', topic: 'rooms.tea', messages: 300 });
    expect(two.types()).not.toContain('topic.gap');
  });

  test.each(['drop', 'twice'] as const)(
    'a live message that the broker delivers as "%s" comes once, in order',
    async (fate) => {
      const { topic, gots } = await members('rooms.tea', { history });
      let count = 0;
      system.broker.script(({ subject }) => (subject.includes('/') && ++count % 3 === 0 ? fate : 'deliver'));
      for (let number = 0; number < 30; number += 1) {
        await topic.publish(String(number));
        await settle();
      }
      // The last ones are found by the next heartbeat, if nothing follows them.
      await system.clock.advanceAsync(1_500);
      for (const got of gots()) expect(got).toEqual(Array.from({ length: 30 }, (_, number) => String(number)));
    },
  );

  test('what the broker no longer has is a gap, which is reported', async () => {
    const { topic, gots } = await members('small', { history: { messages: 3, ageMs: 600_000 } });
    const [, two] = system.nodes;
    await topic.publish('0');
    await settle();
    system.broker.cut(two.cluster.node);
    await settle();
    for (let number = 1; number < 10; number += 1) await topic.publish(String(number));
    await system.clock.advanceAsync(1_000);
    expect(gots()[1]).toEqual(['0', '7', '8', '9']);
    const gap = two.events.find(({ type }) => type === 'topic.gap');
    expect(gap).toMatchObject({ topic: 'small', from: { offset: 1 } });
  });

  test('a broker that has lost its logs begins another history: a gap for all, and live again', async () => {
    const { topic, gots } = await members('rooms.tea', { history });
    const before = await topic.publish('0');
    await settle();
    system.broker.loseLogs();
    await system.clock.advanceAsync(1_000);
    const after = await topic.publish('1');
    await settle();
    expect(after.position?.epoch).not.toBe(before.position?.epoch);
    expect(gots()).toEqual([
      ['0', '1'],
      ['0', '1'],
      ['0', '1'],
    ]);
    for (const node of system.nodes) expect(node.types()).toContain('topic.gap');
    expect(await topic.since(before.position)).toMatchObject({ frames: [], isComplete: false });
  });

  test('a publication that the broker does not answer is unconfirmed when its time has passed', async () => {
    const { topic } = await members('rooms.tea', { history });
    system.broker.isolate(system.nodes[0].cluster.node);
    const published = topic.publish('?', { withinMs: 500 });
    await system.clock.advanceAsync(500);
    expect(await published).toEqual({ result: 'unconfirmed' });
    system.broker.heal(system.nodes[0].cluster.node);
  });

  test('while the broker is away nothing can be read, by rejection', async () => {
    const topic = system.nodes[0].cluster.topic('rooms.tea', { history });
    const { connection } = await system.nodes[0].client();
    system.broker.stop();
    await settle();
    await expect(topic.since(undefined)).rejects.toThrow(BrokerDownError);
    await expect(topic.resume(connection)).rejects.toThrow(BrokerDownError);
    expect(topic.has(connection)).toBe(false);
  });
});

describe('interest', () => {
  test('a node hears of a topic from its first member to a second after its last', async () => {
    let heard = 0;
    const [one, two] = system.nodes;
    system.broker.script(({ node, subject }) => {
      if (node === one.cluster.node && subject.includes('.topic.')) heard += 1;
      return 'deliver';
    });
    const publish = async () => {
      await two.cluster.topic('rooms.tea').publish('x');
      await settle();
    };
    await publish();
    expect(heard).toBe(0);
    const [first, second] = [await one.client(), await one.client()];
    const topic = one.cluster.topic('rooms.tea');
    topic.add(first.connection);
    topic.add(second.connection);
    await settle();
    await publish();
    expect(heard).toBe(1);
    first.connection.close();
    second.connection.close();
    await system.clock.advanceAsync(900);
    await publish();
    expect(heard).toBe(2);
    topic.add((await one.client()).connection);
    await system.clock.advanceAsync(2_000);
    await publish();
    expect(heard).toBe(3);
    for (const connection of one.supervisor.connections.values()) topic.delete(connection);
    await system.clock.advanceAsync(1_000);
    await publish();
    expect(heard).toBe(3);
  });
});

describe('presence', () => {
  test('members of all nodes are listed by key, with what they said of themselves', async () => {
    const [one, two] = system.nodes;
    const changes: PresenceChange[] = [];
    const topic = one.cluster.topic('rooms.tea');
    const watching = topic.presence$.subscribe((change) => changes.push(change));
    const [ann, again, bob] = [await one.client('ann'), await two.client('ann'), await two.client()];
    topic.add(ann.connection, { presence: { name: 'Ann' } });
    two.cluster.topic('rooms.tea').add(again.connection, { presence: { name: 'Ann' } });
    two.cluster.topic('rooms.tea').add(bob.connection, { presence: null, key: 'bob' });
    two.cluster.topic('rooms.tea').add((await two.client()).connection);
    await system.clock.advanceAsync(100);
    expect(topic.members()).toEqual([
      { key: 'ann', presence: { name: 'Ann' }, connections: 2 },
      { key: 'bob', presence: null, connections: 1 },
    ]);
    again.connection.close();
    bob.connection.close();
    await system.clock.advanceAsync(100);
    expect(topic.members()).toEqual([{ key: 'ann', presence: { name: 'Ann' }, connections: 1 }]);
    expect(
      changes.flatMap(({ joined, left }) => [
        ...joined.map(({ key }) => `+${key}`),
        ...left.map(({ key }) => `-${key}`),
      ]),
    ).toEqual(['+ann', '+bob', '-bob']);
    watching.unsubscribe();
    await system.clock.advanceAsync(100);
  });

  test.each([
    ['a function', () => {}],
    [
      'an object in itself',
      (() => {
        const odd: Record<string, unknown> = {};
        odd['odd'] = odd;
        return odd;
      })(),
    ],
    ['too much', 'x'.repeat(1_024)],
    ['a bigint', 5n],
  ])('%s is no presence: OptionError', async (_what, presence) => {
    const { connection } = await system.nodes[0].client();
    const topic = system.nodes[0].cluster.topic('rooms.tea');
    expect(() => topic.add(connection, { presence })).toThrow(OptionError);
    expect(topic.has(connection)).toBe(false);
  });
});
