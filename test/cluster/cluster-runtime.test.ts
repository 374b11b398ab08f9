import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BrokerDownError } from '../../src/cluster/api/errors.js';
import { CloseFrameError, DeadlineError, OptionError } from '../../src/index.js';
import { aCluster, type TestCluster } from './a-cluster.js';

let system: TestCluster;

beforeEach(async () => {
  system = await aCluster();
});
afterEach(() => system.stop());

const settle = () => system.clock.advanceAsync(0);

describe('nodes', () => {
  test('know each other from the start, and by events', () => {
    const ids = system.nodes.map(({ cluster }) => cluster.node);
    for (const { cluster } of system.nodes) {
      expect(cluster.nodes.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      expect(cluster.nodes.filter(({ isSelf }) => isSelf).map(({ id }) => id)).toEqual([cluster.node]);
      expect([cluster.status, cluster.isReady, cluster.name]).toEqual(['up', true, 'chat']);
    }
    expect(new Set(ids).size).toBe(3);
  });

  test('clusters of other names do not hear each other', async () => {
    const other = await system.add({ name: 'chat.*' });
    await system.clock.advanceAsync(3_000);
    expect(other.cluster.nodes).toHaveLength(1);
    expect(system.nodes[0].cluster.nodes).toHaveLength(3);
  });

  test('one that stops says so, and one that is silent is reported, then lost', async () => {
    const [one, two, three] = system.nodes;
    await two.cluster.stop();
    await settle();
    expect(one.events.at(-1)).toEqual({ type: 'node.left', node: two.cluster.node });
    system.broker.isolate(three.cluster.node);
    await system.clock.advanceAsync(6_000);
    expect(one.events.slice(-2)).toEqual([
      { type: 'node.silent', node: three.cluster.node },
      { type: 'node.lost', node: three.cluster.node },
    ]);
    expect(one.cluster.nodes).toHaveLength(1);
    system.broker.heal(three.cluster.node);
    await system.clock.advanceAsync(6_000);
    expect(one.events.at(-1)).toEqual({ type: 'node.joined', node: three.cluster.node });
  });

  test('after a loss of its own link a node does not take the others for lost', async () => {
    const [one] = system.nodes;
    system.broker.stop();
    await system.clock.advanceAsync(60_000);
    system.broker.start();
    await system.clock.advanceAsync(10_000);
    expect(one.types().filter((type) => type.startsWith('node.'))).toEqual(['node.joined', 'node.joined']);
    expect(one.cluster.nodes).toHaveLength(3);
  });

  test('nor for silent, if their links are back as late as can be and its own at once', async () => {
    await system.stop();
    system = await aCluster({ random: () => 0.999 });
    const soon = await system.add({ random: () => 0.1 });
    soon.events.length = 0;
    system.broker.stop();
    await system.clock.advanceAsync(61_500);
    system.broker.start();
    await system.clock.advanceAsync(10_000);
    expect(soon.types().filter((type) => type.startsWith('node.'))).toEqual([]);
    expect(soon.cluster.nodes).toHaveLength(4);
  });

  test('a drain of the supervisor is said to the others at once', async () => {
    const [one, two] = system.nodes;
    const draining = two.supervisor.drain({ notReadyFirstMs: 2_000, spreadMs: 0 });
    await settle();
    expect(one.events.at(-1)).toEqual({ type: 'node.draining', node: two.cluster.node });
    expect(two.cluster.isReady).toBe(false);
    await system.clock.advanceAsync(10_000);
    await draining;
    expect(one.events.at(-1)).toEqual({ type: 'node.left', node: two.cluster.node });
    expect(two.cluster.status).toBe('stopped');
  });

  test('what no node says is left out, with an event', async () => {
    const [one] = system.nodes;
    const link = await system.broker.connect({
      node: 'stranger',
      signal: new AbortController().signal,
      clock: system.clock,
    });
    for (const text of ['', 'x', '5', 'null', '{}', '{"type":"beat","node":5}', '{"type":"toString","node":"x"}'])
      link.publish('wk.chat.nodes', { payload: Buffer.from(text), headers: {} });
    await settle();
    expect(one.types().filter((type) => type === 'node.garbled')).toHaveLength(7);
    expect(one.cluster.nodes).toHaveLength(3);
    await link.close();
  });
});

describe('identities', () => {
  test('all connections of one are closed, wherever they are, with an account', async () => {
    const [one, two, three] = system.nodes;
    const granted = [await one.client('ann'), await two.client('ann')];
    const said = await three.client();
    const other = await three.client('bob');
    expect(three.cluster.identify(said.connection, 'ann')).toBe(true);
    const closing = one.cluster.close('ann', { code: 4001, reason: 'signed out' });
    await settle();
    expect(await closing).toEqual({ closed: 3, nodes: 3, unanswered: [] });
    for (const { peer } of [...granted, said])
      expect((await peer.ended()).received).toEqual({ code: 4001, reason: 'signed out' });
    expect(other.connection.state).toBe('open');
    const again = one.cluster.close('ann');
    await settle();
    expect(await again).toEqual({ closed: 0, nodes: 0, unanswered: [] });
  });

  test('a node that does not answer is named, and the others are closed', async () => {
    const [one, two, three] = system.nodes;
    await one.client('ann');
    await three.client('ann');
    system.broker.isolate(two.cluster.node);
    const closing = one.cluster.close('ann', { withinMs: 100 });
    await system.clock.advanceAsync(100);
    expect(await closing).toEqual({ closed: 2, nodes: 2, unanswered: [two.cluster.node] });
    system.broker.heal(two.cluster.node);
  });

  test('while the broker is away those here are closed, and all other nodes are unanswered', async () => {
    const [one, two, three] = system.nodes;
    await one.client('ann');
    system.broker.stop();
    await settle();
    const account = await one.cluster.close('ann');
    expect([account.closed, account.nodes]).toEqual([1, 1]);
    expect(account.unanswered.toSorted()).toEqual([two.cluster.node, three.cluster.node].toSorted());
  });

  test('a connection has one identity, the last that was said, and none when it has closed', async () => {
    const [one] = system.nodes;
    const { connection } = await one.client('ann');
    one.cluster.identify(connection, 'bob');
    const asAnn = one.cluster.close('ann');
    await settle();
    expect((await asAnn).closed).toBe(0);
    connection.close();
    expect(one.cluster.identify(connection, 'ann')).toBe(false);
    const asBob = one.cluster.close('bob');
    await settle();
    expect((await asBob).closed).toBe(0);
  });

  test('a code that may not be sent closes nobody', async () => {
    const [one] = system.nodes;
    const { connection } = await one.client('ann');
    await expect(one.cluster.close('ann', { code: 1006 })).rejects.toThrow(CloseFrameError);
    await expect(one.cluster.close('ann', { reason: 'x'.repeat(124) })).rejects.toThrow(CloseFrameError);
    for (const odd of [{ withinMs: -1 }, { cod: 5 }, 5])
      await expect(one.cluster.close('ann', odd as never)).rejects.toThrow(OptionError);
    for (const odd of ['', 5, undefined, 'x'.repeat(2_000), '\ud800'])
      await expect(one.cluster.close(odd as never)).rejects.toThrow(OptionError);
    expect(() => one.cluster.identify({} as never, 'ann')).toThrow(OptionError);
    expect(connection.state).toBe('open');
  });
});

describe('the link', () => {
  test('a broker that is not there does not keep a node from starting, nor its supervisor from living', async () => {
    system.broker.stop();
    const node = await system.add({ needsBroker: true });
    expect([node.cluster.status, node.cluster.isReady]).toEqual(['down', false]);
    await system.clock.advanceAsync(3_600_000);
    expect(node.supervisor.state).toBe('running');
    const connected = node.cluster.connected({ withinMs: 60_000 });
    system.broker.start();
    await system.clock.advanceAsync(10_000);
    await connected;
    expect([node.cluster.status, node.cluster.isReady]).toEqual(['up', true]);
    expect(node.supervisor.whichChildren().find(({ id }) => id === 'cluster-chat')?.restarts).toBe(0);
  });

  test('a wait for it ends by its deadline, by its signal, and when the cluster stops', async () => {
    system.broker.stop();
    const { cluster } = await system.add();
    const late = cluster.connected({ withinMs: 100 });
    const aborted = cluster.connected({ signal: AbortSignal.abort(new Error('enough')) });
    const stopped = cluster.connected();
    await expect(aborted).rejects.toThrow('enough');
    const checks = [expect(late).rejects.toThrow(DeadlineError), expect(stopped).rejects.toThrow(BrokerDownError)];
    await system.clock.advanceAsync(100);
    await cluster.stop();
    await Promise.all(checks);
  });

  test('is a child of the supervisor: its name is taken once, and free after a stop', async () => {
    const [one] = system.nodes;
    expect(one.supervisor.whichChildren().map(({ id }) => id)).toContain('cluster-chat');
    await one.cluster.stop();
    await one.cluster.stop();
    expect(one.supervisor.whichChildren().map(({ id }) => id)).not.toContain('cluster-chat');
    expect(one.cluster.status).toBe('stopped');
  });

  test('connections stay when the cluster is left, and are members of nothing', async () => {
    const [one] = system.nodes;
    const { connection } = await one.client();
    const topic = one.cluster.topic('rooms.tea');
    topic.add(connection);
    await one.cluster.stop();
    expect([connection.state, topic.size]).toEqual(['open', 0]);
    expect(await topic.publish('x')).toEqual({ result: 'down' });
  });

  test('a subscriber that throws is detached and reported, and others go on', async () => {
    const [one, two] = system.nodes;
    one.cluster.events$.subscribe(() => {
      throw new Error('a bug');
    });
    await two.cluster.stop();
    await settle();
    expect(one.types().slice(-2)).toEqual(['node.left', 'observer.threw']);
  });
});
