/** What a follower of opening handshakes sees, and what it can do. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import {
  type Connection,
  connect,
  createSupervisor,
  type ListenOptions,
  refuse,
  type SupervisorEvent,
} from '../../src/index.js';
import type { FollowedHandshake, HandshakeFollower } from '../../src/supervisor/api/handshake-follower.js';
import { createHeapClock, createMemoryTransport } from '../../src/testing/index.js';

const handler = ({ closed }: Connection<unknown>) => closed;

const throws = () => {
  throw new Error('a bug');
};

/** A supervisor over a network in memory, with a listener. */
async function aService(options: Partial<ListenOptions<unknown>> = {}) {
  const clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  const supervisor = createSupervisor({ clock, transport, random: () => 0.5 });
  const events: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => events.push(event));
  const listener = await supervisor.listen<unknown>({ id: 'door', port: 0, handler, ...options });
  return { clock, transport, supervisor, events, url: `ws://memory:${listener.address?.port}/room?token=x` };
}

/** Notes a line for each call. */
function aFollower(more: FollowedHandshake = {}) {
  const lines: string[] = [];
  const follower: HandshakeFollower = {
    planned: () => 'origin',
    began: (handshake) => {
      const { role, childId } = handshake;
      const name = `${role} ${childId}`;
      lines.push(`${name} began${role === 'dialed' ? ` ${handshake.attempt} ${String(handshake.origin)}` : ''}`);
      return {
        opened: ({ state }) => lines.push(`${name} ${state}`),
        refused: ({ status, why }) => lines.push(`${name} refused ${status} ${why}`),
        failed: ({ trigger, httpStatus }) => lines.push(`${name} failed ${trigger} ${httpStatus}`),
        ...more,
      };
    },
  };
  return { lines, follower };
}

test('both sides of a handshake are followed from the beginning to the open connection', async () => {
  const { clock, supervisor, url } = await aService();
  const { lines, follower } = aFollower();
  supervisor.followHandshakes(follower);
  supervisor.dial({ id: 'feed', url, handler });
  await clock.advanceAsync(10);
  expect(lines).toEqual([
    'dialed feed began 1 origin',
    'accepted door began',
    'accepted door open',
    'dialed feed open',
  ]);
});

test.each<[string, Partial<ListenOptions<unknown>>, string]>([
  ['authenticate', { authenticate: () => refuse(401) }, '401 authenticate'],
  ['the path', { path: '/other' }, '404 path'],
  ['a bug of authenticate', { authenticate: throws }, '503 authenticate'],
])('a refusal by %s ends both sides with its status', async (_what, options, says) => {
  const { clock, supervisor, url } = await aService(options);
  const { lines, follower } = aFollower();
  supervisor.followHandshakes(follower);
  const dialing = connect(url, { supervisor }).catch(() => {});
  await clock.advanceAsync(10);
  await dialing;
  expect(lines).toContain(`accepted door refused ${says}`);
  expect(lines.filter((line) => line.includes('failed refused'))).toHaveLength(1);
});

test('a dial that is called off has failed', async () => {
  const { clock, supervisor, transport } = await aService();
  const { lines, follower } = aFollower();
  supervisor.followHandshakes(follower);
  transport.network.ignoreDials(9);
  const dialer = supervisor.dial({ id: 'feed', url: 'ws://memory:9/', handler });
  await clock.advanceAsync(10);
  void dialer.stop();
  await clock.advanceAsync(10);
  expect(lines).toEqual(['dialed feed began 1 origin', 'dialed feed failed called-off undefined']);
});

test('each attempt is a handshake of its own', async () => {
  const { clock, supervisor, transport } = await aService();
  const { lines, follower } = aFollower();
  supervisor.followHandshakes(follower);
  transport.network.refuseDials(9, { status: 503 });
  supervisor.dial({ id: 'feed', url: 'ws://memory:9/', handler, backoff: { initialMs: 100, factor: 1 } });
  await clock.advanceAsync(10);
  await clock.advanceAsync(200);
  expect(lines.slice(0, 3)).toEqual([
    'dialed feed began 1 origin',
    'dialed feed failed refused 503',
    'dialed feed began 2 origin',
  ]);
});

test('the code of the user runs in the context of its handshake: authenticate, url, headers, and handlers', async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen: string[] = [];
  const note = (what: string) => seen.push(`${what} in ${storage.getStore()}`);
  const { clock, supervisor, url } = await aService({
    authenticate: async () => {
      await Promise.resolve();
      note('authenticate');
      return { data: undefined };
    },
    handler: async (connection) => {
      note('accepted handler');
      await connection.receive();
      note('after a frame');
      await connection.closed;
    },
  });
  supervisor.followHandshakes({ began: ({ role }) => ({ run: (code) => storage.run(role, code) }) });
  supervisor.dial({
    url: async () => {
      note('url');
      return url;
    },
    headers: () => {
      note('headers');
      return {};
    },
    handler: (connection) => {
      note('dialed handler');
      connection.send('hello');
      return connection.closed;
    },
  });
  await clock.advanceAsync(10);
  await clock.advanceAsync(10);
  expect(seen.toSorted()).toEqual([
    'accepted handler in accepted',
    'after a frame in accepted',
    'authenticate in accepted',
    'dialed handler in dialed',
    'headers in dialed',
    'url in dialed',
  ]);
});

test('a follower adds header fields to a dial', async () => {
  const fields: (string | undefined)[] = [];
  const { clock, supervisor, url } = await aService({
    authenticate: (request) => {
      fields.push(request.header('traceparent'), request.header('authorization'));
      return { data: undefined };
    },
  });
  const { follower } = aFollower({ dials: () => ({ traceparent: '00-1', authorization: 'mine' }) });
  supervisor.followHandshakes(follower);
  supervisor.dial({ url, headers: { authorization: 'own' }, handler });
  await clock.advanceAsync(10);
  expect(fields).toEqual(['00-1', 'own']);
});

describe('a follower that throws', () => {
  test.each<[string, HandshakeFollower]>([
    ['when a handshake begins', { began: throws }],
    ['when a dialer is made', { planned: throws, began: () => undefined }],
    [
      'at every call',
      { began: () => ({ dials: throws, run: throws, opened: throws, refused: throws, failed: throws }) },
    ],
  ])('%s changes nothing, and is reported', async (_what, follower) => {
    const { clock, supervisor, events, url } = await aService();
    supervisor.followHandshakes(follower);
    const dialer = supervisor.dial({ url, handler });
    await clock.advanceAsync(10);
    expect(dialer.connection?.state).toBe('open');
    expect(supervisor.stats().connections.open).toBe(2);
    expect(events.filter(({ type }) => type === 'observer.threw')).not.toEqual([]);
  });
});

test('a follower that is detached sees no new handshake', async () => {
  const { clock, supervisor, url } = await aService();
  const { lines, follower } = aFollower();
  const following = supervisor.followHandshakes(follower);
  following.unsubscribe();
  supervisor.dial({ url, handler });
  await clock.advanceAsync(10);
  expect(lines).toEqual([]);
});
