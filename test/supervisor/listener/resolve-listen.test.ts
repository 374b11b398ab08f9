import { describe, expect, test } from 'vitest';
import type { ListenOptions } from '../../../src/supervisor/api/listener.js';
import { createConnectionRequest } from '../../../src/supervisor/listener/request.js';
import { resolveListen } from '../../../src/supervisor/listener/resolve-listen.js';
import { resolveSupervisor } from '../../../src/supervisor/options/resolve-supervisor.js';
import { OptionError } from '../../../src/transport/errors.js';
import { FakeUpgrade } from '../../support/fake-transport.js';

const defaults = resolveSupervisor({ limits: { maxPayloadBytes: 5 } });
const resolve = (options: Partial<ListenOptions>) =>
  resolveListen({ handler: () => {}, ...options }, defaults, () => 'made');

test.each<[Partial<ListenOptions>, string]>([
  [{ port: 80, server: {} as never }, 'listen: server is given together with port'],
  [{ host: 'localhost' }, 'without a port'],
  [{ port: -1 }, '0 to 65535'],
  [{ port: 70_000 }, '0 to 65535'],
  [{ port: '80' as never }, '0 to 65535'],
  [{ unmatched: 'drop' as never }, '"pass" and "refuse"'],
  [{ handler: undefined as never }, 'handler is required and must be a function'],
  [{ handler: 7 as never }, 'listen: handler is 7; it must be a function'],
  [{ authenticate: 'yes' as never }, 'listen: authenticate is "yes"; it must be a function'],
  [{ handler: async function* () {} as never }, 'handler is a generator function'],
  [{ authenticate: function* () {} as never }, 'authenticate is a generator function'],
  [
    { limits: new Map([['maxPayloadBytes', 7]]) as never },
    'listen: limits is an object of a class that has none of the options',
  ],
  [{ path: 'rooms' }, 'begin with'],
  [{ origins: 'same' as never }, 'origins'],
  [{ protocols: ['a b'] }, 'protocols'],
  [{ limits: { maxPayloadBytes: 0 } }, 'listen: limits.maxPayloadBytes'],
  [
    { limits: { openWithinMs: 5 } as never },
    'listen: limits.openWithinMs is no limit of a listener; give it to dial or',
  ],
  [{ liveness: { pingEveryMs: 0 } }, 'listen: liveness.pingEveryMs'],
  [{ perMessageDeflate: { level: 10 } }, 'level'],
  [{ id: '' }, 'listen: id'],
  [{ handlre: () => {} } as never, 'handlre'],
])('%j is an OptionError that says %s', (options, says) => {
  expect(() => resolve(options)).toThrow(OptionError);
  expect(() => resolve(options)).toThrow(says);
});

test('what is not given comes from the supervisor, and the defaults', () => {
  expect(resolve({})).toMatchObject({
    id: 'made',
    target: { kind: 'by-hand' },
    unmatched: 'pass',
    wireOptions: { perMessageDeflate: false },
    limits: { maxPayloadBytes: 5 },
  });
});

test.each<[Partial<ListenOptions>, object]>([
  [{ port: 0 }, { kind: 'port', port: 0, host: undefined, backlog: 4096 }],
  [
    { port: 80, host: '::1' },
    { kind: 'port', port: 80, host: '::1', backlog: 4096 },
  ],
  [
    { port: 80, backlog: 1 },
    { kind: 'port', port: 80, host: undefined, backlog: 1 },
  ],
  [{}, { kind: 'by-hand' }],
])('%j listens at %j', (options, target) => {
  expect(resolve(options).target).toEqual(target);
});

test.each([0, -1, 1.5, 65_536, Number.NaN, '511', null])('a backlog is not %j', (backlog) => {
  expect(() => resolve({ port: 0, backlog: backlog as never })).toThrow(
    /^listen: backlog is .*; allowed are whole numbers from 1 to 65535\.$/,
  );
});

test('a backlog is that of a port', () => {
  expect(() => resolve({ backlog: 5 })).toThrow('listen: backlog is 5, without a port; give port as well.');
});

describe('the subprotocol that a function picks', () => {
  const request = createConnectionRequest(new FakeUpgrade().request, () => undefined);
  const choose = (pick: (offered: readonly string[]) => unknown) =>
    resolve({ protocols: pick as never }).chooseProtocol(['a', 'b'], request);

  test.each<[string, (offered: readonly string[]) => unknown, string | undefined]>([
    ['is the one picked', () => 'b', 'b'],
    ['is none if it picks none', () => undefined, undefined],
    ['is none if it says null', () => null, undefined],
    ['is none if it says false', () => false, undefined],
    ['is none if it picks another than those offered', () => 'c', undefined],
    [
      'is none of those it has put among them',
      (offered) => {
        (offered as string[]).push('c');
        return 'c';
      },
      undefined,
    ],
  ])('%s', (_what, pick, chosen) => {
    expect(choose(pick)).toBe(chosen);
  });

  test.each<[string, () => unknown]>([
    ['a promise', async () => 'a'],
    ['a promise that rejects', () => Promise.reject(new Error('bug'))],
    ['a number', () => 5],
    ['a list', () => ['a']],
    ['an object', () => ({ protocol: 'a' })],
    ['true', () => true],
  ])('is not %s: OptionError', (_what, pick) => {
    expect(() => choose(pick)).toThrow(OptionError);
    expect(() => choose(pick)).toThrow(/^listen: protocols returned /);
  });
});
