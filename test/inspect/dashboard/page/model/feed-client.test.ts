import { beforeEach, describe, expect, test } from 'vitest';
import {
  BACKOFF,
  createFeedClient,
  type FeedClient,
  type FeedPort,
  type Link,
  retryDelay,
  type SocketEvents,
} from '../../../../../src/inspect/dashboard/page/model/feed-client.js';
import type { Access, DashboardMessage, ViewerMessage } from '../../../../../src/inspect/dashboard/protocol.js';

/** One socket of the page, with what was sent by it. */
interface Opened {
  readonly events: SocketEvents;
  readonly sent: ViewerMessage[];
  isClosed: boolean;
}

const WELCOME: DashboardMessage = {
  type: 'welcome',
  version: '0.2.0',
  name: 'chat',
  at: 0,
  since: 0,
  mayAct: false,
  hasRecorder: true,
  showsReasons: false,
  node: 'v20',
};

let sockets: Opened[];
let timers: { callback: () => void; ms: number }[];
let links: Link[];
let access: () => Promise<Access>;
let rightToken: string;
let client: FeedClient;

const settled = () =>
  new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))));
const latest = (): Opened => sockets.at(-1) ?? expect.fail('no socket');
const status = () => links.at(-1)?.status;
const says = (message: DashboardMessage) => latest().events.onMessage(JSON.stringify(message));

/** Runs the timer that is armed. */
async function timePasses(): Promise<void> {
  const timer = timers.pop() ?? expect.fail('no timer');
  timer.callback();
  await settled();
}

beforeEach(async () => {
  sockets = [];
  timers = [];
  links = [];
  rightToken = 'right';
  access = async () => ({ access: 'granted' });
  const port: FeedPort = {
    access: () => access(),
    sendToken: async (token) => token === rightToken,
    open(events) {
      const socket: Opened = { events, sent: [], isClosed: false };
      sockets.push(socket);
      return {
        send: (text) => void socket.sent.push(JSON.parse(text) as ViewerMessage),
        close: () => void (socket.isClosed = true),
      };
    },
    timer(callback, ms) {
      const timer = { callback, ms };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    random: () => 0.5,
    now: () => 1_000,
  };
  client = createFeedClient(
    port,
    () => {},
    (link) => links.push(link),
  );
  client.start();
  await settled();
});

test('a feed is up with its welcome', () => {
  expect(status()).toBe('connecting');
  says(WELCOME);
  expect(status()).toBe('up');
});

describe('a feed that is lost', () => {
  const follow = { type: 'follow', subject: { machine: 'connection', connectionId: 'c1' } } as const;

  test('says so, and is opened again later', async () => {
    says(WELCOME);
    latest().events.onClose('');
    expect(links.at(-1)).toEqual({ status: 'waiting', retryAt: 1_000 + retryDelay(1, 0.5, undefined), attempt: 1 });
    await timePasses();
    expect(sockets).toHaveLength(2);
  });

  test('takes up what was looked at and followed', async () => {
    says(WELCOME);
    client.send(follow);
    latest().events.onClose('');
    await timePasses();
    expect(latest().sent).toEqual([]);
    says(WELCOME);
    expect(latest().sent).toEqual([follow]);
  });

  test('waits longer after each attempt that fails, and begins again after a success', async () => {
    says(WELCOME);
    const waits: number[] = [];
    for (let times = 0; times < 3; times += 1) {
      latest().events.onClose('');
      waits.push(timers.at(-1)?.ms ?? 0);
      await timePasses();
    }
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    says(WELCOME);
    latest().events.onClose('');
    expect(timers.at(-1)?.ms).toBe(waits[0]);
  });

  test('heeds the delay that the server advises', () => {
    says(WELCOME);
    latest().events.onClose('restarting; retry-after-ms=4321');
    expect(timers.at(-1)?.ms).toBe(4321);
  });

  test('is tried at once when the viewer wants it', async () => {
    says(WELCOME);
    latest().events.onClose('');
    client.retry();
    await settled();
    expect(sockets).toHaveLength(2);
    expect(timers).toHaveLength(1);
  });

  test('brings nothing late into the next one', async () => {
    says(WELCOME);
    const [first] = sockets;
    first?.events.onClose('');
    await timePasses();
    first?.events.onClose('');
    first?.events.onMessage(JSON.stringify(WELCOME));
    expect(status()).toBe('connecting');
  });
});

test('a server that is silent is taken for lost, and its socket is closed', async () => {
  says(WELCOME);
  await timePasses();
  expect(status()).toBe('waiting');
  expect(sockets[0]?.isClosed).toBe(true);
});

test('a server that cannot be reached is tried again', async () => {
  access = () => Promise.reject(new Error('offline'));
  client.retry();
  await settled();
  expect(status()).toBe('waiting');
});

describe('a server that wants a token', () => {
  beforeEach(async () => {
    access = async () => ({ access: 'token' });
    client.retry();
    await settled();
  });

  test('is asked for no feed', () => {
    expect(links.at(-1)).toEqual({ status: 'token', isWrong: false });
    expect(sockets).toHaveLength(1);
  });

  test('opens a feed for the right one', async () => {
    access = async () => ({ access: 'granted' });
    await client.enter('right');
    await settled();
    expect(sockets).toHaveLength(2);
  });

  test('says that another one is wrong', async () => {
    await client.enter('wrong');
    expect(links.at(-1)).toEqual({ status: 'token', isWrong: true });
  });
});

test('a server that refuses says why', async () => {
  access = async () => ({ access: 'refused', why: 'Only from loopback.' });
  client.retry();
  await settled();
  expect(links.at(-1)).toEqual({ status: 'refused', why: 'Only from loopback.' });
});

test('a client that is stopped leaves nothing behind', () => {
  says(WELCOME);
  client.stop();
  expect(timers).toEqual([]);
  expect(latest().isClosed).toBe(true);
});

test.each([
  [1, 0, BACKOFF.shortestMs],
  [1, 1, BACKOFF.initialMs],
  [50, 1, BACKOFF.maxMs],
])('attempt %d waits, for the random number %d, %d ms', (attempt, random, ms) => {
  expect(retryDelay(attempt, random, undefined)).toBe(ms);
});
