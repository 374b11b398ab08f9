import { expect, test } from 'vitest';
import {
  checkIdentity,
  checkPosition,
  resolveAdd,
  resolveAnswers,
  resolveCluster,
  resolveIdentityClose,
  resolvePublish,
  resolveSince,
  resolveTopic,
} from '../../src/cluster/resolve-cluster.js';
import { OptionError } from '../../src/index.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryBroker } from '../../src/testing/memory-broker.js';

const broker = createMemoryBroker(createHeapClock());
const history = { messages: 10, ageMs: 5_000 };
const throwing = {
  get name(): string {
    throw new Error('a getter');
  },
};

test('a cluster has defaults', () => {
  expect(resolveCluster({ broker, name: 'chat' })).toEqual({
    broker,
    name: 'chat',
    node: 'node',
    heartbeatMs: 1_000,
    lostAfterMs: 5_000,
    graceMs: 8_000,
    idleMs: 1_000,
    connectWithinMs: 5_000,
    random: Math.random,
    needsBroker: false,
  });
});

test.each<[string, object]>([
  ['broker', { broker: undefined }],
  ['broker', { broker: {} }],
  ['broker', { broker: 5 }],
  ['name', { name: '' }],
  ['name', { name: 'x'.repeat(65) }],
  ['name', throwing],
  ['node', { node: 5 }],
  ['heartbeatMs', { heartbeatMs: 49 }],
  ['heartbeatMs', { heartbeatMs: '1000' }],
  ['lostAfterMs', { lostAfterMs: 1_000 }],
  ['graceMs', { graceMs: -1 }],
  ['idleMs', { idleMs: 0.5 }],
  ['connectWithinMs', { connectWithinMs: 0 }],
  ['random', { random: 5 }],
  ['needsBroker', { needsBroker: 1 }],
  ['brokr', { brokr: 1 }],
])('createCluster refuses a wrong %s', (option, own) => {
  const given = Object.defineProperties(
    { broker, name: 'chat' },
    Object.fromEntries(Object.entries(Object.getOwnPropertyDescriptors(own))),
  );
  let error: unknown;
  try {
    resolveCluster(given);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(OptionError);
  expect((error as OptionError).option).toBe(option);
});

test('options that are none, and proxies that were revoked, are refused', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const odd of [undefined, null, 5, [], new Map(), revoked.proxy]) {
    expect(() => resolveCluster(odd as never)).toThrow(OptionError);
    expect(() => resolveTopic('tea', odd as never)).toThrow(OptionError);
    expect(() => resolveAdd(odd as never, 'add')).toThrow(OptionError);
    expect(() => resolvePublish(odd as never)).toThrow(OptionError);
    expect(() => resolveIdentityClose(odd as never)).toThrow(OptionError);
  }
  expect(() => checkPosition(revoked.proxy, 'since')).toThrow(OptionError);
});

test.each([
  { messages: 0, ageMs: 5_000 },
  { messages: 10, ageMs: 999 },
  { messages: 10 },
  { messages: 1.5, ageMs: 5_000 },
  5,
])('%j is no history', (odd) => {
  expect(() => resolveTopic('tea', { history: odd as never })).toThrow(OptionError);
});

test('what a member says of itself is kept as JSON has it', () => {
  expect(resolveAdd({ presence: { at: new Date(0), none: undefined } }, 'add')).toEqual({
    presence: { at: '1970-01-01T00:00:00.000Z' },
    key: undefined,
    envelope: false,
  });
  const { proxy } = Proxy.revocable(
    {},
    {
      get: () => {
        throw new Error('a trap');
      },
    },
  );
  for (const odd of [{ presence: proxy }, { presence: Symbol('x') }, { key: '' }, { key: 5 }, { envelope: 'yes' }])
    expect(() => resolveAdd(odd as never, 'add')).toThrow(OptionError);
});

test('the rest is checked as well', () => {
  expect(resolvePublish({})).toEqual({ except: undefined, withinMs: 2_000 });
  expect(resolveAnswers({}, 'count')).toBe(1_000);
  expect(resolveIdentityClose({})).toEqual({ code: 1_000, reason: '', withinMs: 1_000 });
  expect([resolveSince({}, history), resolveSince({ limit: 3 }, history)]).toEqual([10, 3]);
  expect(checkIdentity('user:42', 'identify')).toBe('user:42');
  expect(checkPosition({ epoch: 'a', offset: 1, at: 2 }, 'since')).toEqual({ epoch: 'a', offset: 1, at: 2 });
  expect(() => resolveSince({ limit: 11 }, history)).toThrow(OptionError);
  expect(() => resolveAnswers({ withinMs: 0 }, 'count')).toThrow(OptionError);
  expect(() => checkPosition('a:1:2', 'since')).toThrow(OptionError);
});
