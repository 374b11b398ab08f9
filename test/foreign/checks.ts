import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { DialOptions } from '../../src/supervisor/api/dial-options.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { refuse } from '../../src/supervisor/listener/refusal.js';
import { deferred } from '../../src/supervisor/time/deferred.js';
import { endingsOf } from '../support/endings.js';
import { TLS_IDENTITY } from '../support/tls-identity.js';
import { urlOf } from '../support/undici-client.js';
import { ForeignPeer, type ForeignRole, type Stack } from './peer.js';
import { type ForwardProxy, OWN_ROUTES, type Route } from './route.js';

/** Each peer is a process that has to start. */
const TEST_WITHIN_MS = 20_000;

/** The lengths at which the form of a frame's header changes, and 1 MiB. */
const SIZES = [0, 1, 125, 126, 65_535, 65_536, 1_048_576];
const LARGE = 1_048_576;

/** Codes and reasons that either side may begin an ending with; the others are for stacks that allow them. */
const CLOSES: readonly (readonly [code: number, reason: string])[] = [
  [1000, ''],
  [3000, 'x'.repeat(123)],
  [4999, 'ünïcode'],
];
const OTHER_CLOSES: typeof CLOSES = [
  [1001, 'going away'],
  [1011, 'it broke'],
];

/** Where our listener is; a browser's page may be of any origin. */
const ANYWHERE = { port: 0, host: '127.0.0.1', origins: 'any' } as const;

/** What these checks set on our side; both a listener and a dialer take it. */
type OurOptions = Pick<DialOptions, 'perMessageDeflate' | 'limits' | 'liveness'> & { readonly protocols?: string[] };

const DESCRIPTIONS = { client: 'as a client of our listener', server: 'as a server of our dialer' } as const;

/** Adds a test that says why others are skipped; where every peer is asked for, it fails. */
export function sayMissing(missing: string | undefined): void {
  if (missing === undefined) return;
  test(missing, (context) => {
    if (process.env['WIREKEEPER_REQUIRE_PEERS'] === '1') throw new Error(missing);
    context.skip(missing);
  });
}

/** Adds the checks that every foreign stack passes, in each of its roles; as a server, through proxies as well. */
export function checkStack(stack: Stack): void {
  sayMissing(stack.missing);
  for (const role of stack.roles) {
    describe.skipIf(stack.missing !== undefined)(
      `${stack.name} ${DESCRIPTIONS[role]}`,
      { timeout: TEST_WITHIN_MS },
      () => checkRole(stack, role),
    );
  }
  if (stack.roles.includes('server')) for (const route of OWN_ROUTES) checkRoute(stack, route);
}

/** Adds the checks of a foreign server to which our dialer goes by a route. */
export function checkRoute(stack: Stack, route: Route): void {
  sayMissing(route.missing);
  describe.skipIf(stack.missing !== undefined || route.missing !== undefined)(
    `${stack.name} ${DESCRIPTIONS.server} through ${route.name}, over TLS`,
    { timeout: TEST_WITHIN_MS },
    () => checkRole(stack, 'server', route),
  );
}

function checkRole(stack: Stack, role: ForeignRole, route?: Route): void {
  const { canPing = true, isOneProcess = true, canFragment, canCloseWithAnyCode, answerTo } = stack;
  let supervisor: Supervisor;
  let shared: ForeignPeer;
  let proxy: ForwardProxy | undefined;

  const start = () => ForeignPeer.start(stack, role, 'v2', 'v1');

  beforeAll(async () => {
    shared = await start();
    proxy = await route?.start();
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await shared[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    supervisor = createSupervisor();
  });
  afterEach(async () => {
    await supervisor.stop();
    await shared.idle();
  });

  /** Dials a foreign server by the route. */
  const dial = (options: Partial<DialOptions> = {}, peer = shared, path = '/') =>
    supervisor.dial({
      url: peer.url(route === undefined ? 'ws' : 'wss', path),
      proxy: proxy?.url(),
      tls: { ca: TLS_IDENTITY.cert },
      retry: () => 'stop',
      handler: (connection) => connection.closed.then(() => {}),
      ...options,
    });

  /** Opens a connection between both sides. */
  async function meet(options: OurOptions = {}, peer = shared, protocols: readonly string[] = []) {
    if (role === 'server') {
      const dialer = dial({ ...options, protocols }, peer);
      return { connection: await dialer.connected(), opened: await peer.next('open') };
    }
    const accepted = deferred<Connection>();
    const handler = (connection: Connection) => {
      accepted.resolve(connection);
      return connection.closed.then(() => {});
    };
    const listener = await supervisor.listen({ ...ANYWHERE, ...options, handler });
    peer.do({ do: 'connect', url: urlOf(listener), protocols });
    return { connection: await accepted.promise, opened: await peer.next('open') };
  }

  /** The code of a Close that our side sends while the peer goes on sending, as the peer sees it. */
  const seenOf = (code: number) => (route?.endsBothSides === true ? expect.toBeOneOf([code, 1006]) : code);

  /** The report of a connection, which is the only one there is. */
  async function onlyReport(connection: Connection) {
    const report = await connection.closed;
    expect(await endingsOf(supervisor)).toEqual([report]);
    return report;
  }

  describe.each([false, true])('with perMessageDeflate %s', (perMessageDeflate) => {
    test('agrees on just that', async () => {
      const { opened } = await meet({ perMessageDeflate });
      expect([perMessageDeflate, undefined]).toContain(opened.isDeflated);
    });

    test.each(SIZES)('is sent %i bytes as text and as binary, and sends them', async (bytes) => {
      const { connection } = await meet({ perMessageDeflate });
      const text = 'ü'.repeat(bytes / 2) + (bytes % 2 === 1 ? 'x' : '');
      const binary = Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 31) % 251));
      connection.send(text);
      expect((await shared.next('message')).text === text).toBe(true);
      connection.send(binary);
      expect((await shared.next('message')).base64 === binary.toString('base64')).toBe(true);
      shared.do({ do: 'send', text, isFragmented: false });
      const first = await connection.receive();
      expect([first?.isBinary, first?.text() === text]).toEqual([false, true]);
      shared.do({ do: 'send', base64: binary.toString('base64'), isFragmented: false });
      const second = await connection.receive();
      expect([second?.isBinary, second?.data.equals(binary)]).toEqual([true, true]);
    });

    if (!canFragment) return;
    test('has a message of 1 MiB in fragments put together', async () => {
      const { connection } = await meet({ perMessageDeflate });
      const text = 'ü'.repeat(LARGE / 2);
      shared.do({ do: 'send', text, isFragmented: true });
      expect((await connection.receive())?.text() === text).toBe(true);
    });
  });

  const closes = canCloseWithAnyCode ? [...CLOSES, ...OTHER_CLOSES] : CLOSES;

  test.each([...CLOSES, ...OTHER_CLOSES])('sees our Close %i with its reason', async (code, reason) => {
    const { connection } = await meet();
    connection.close(code, reason);
    expect(await shared.next('closed')).toMatchObject({ code, reason });
    expect(await onlyReport(connection)).toMatchObject({
      ...{ outcome: 'closed', code, reason, startedBy: 'local', trigger: 'close-called', wasClean: true },
      ...{ sent: { code, reason }, received: answerTo({ code, reason }) },
    });
  });

  test.each(closes)('ends with Close %i, which is in the report', async (code, reason) => {
    const { connection } = await meet();
    shared.do({ do: 'close', code, reason });
    expect(await onlyReport(connection)).toMatchObject({
      ...{ outcome: 'closed', code, reason, startedBy: 'peer', trigger: 'peer-closed', wasClean: true },
      ...{ sent: { code, reason }, received: { code, reason } },
    });
    expect(await shared.next('closed')).toMatchObject({ code, reason });
  });

  test(`answers our Ping${canPing ? ', and gets its own answered' : ''}`, async () => {
    const { connection } = await meet();
    expect(await connection.ping({ withinMs: 5_000 })).toBeGreaterThanOrEqual(0);
    if (!canPing) return;
    shared.do({ do: 'ping' });
    await shared.next('pong');
  });

  test('agrees on a subprotocol', async () => {
    const ours = role === 'client' ? { protocols: ['v1'] } : {};
    const { connection, opened } = await meet(ours, shared, ['v3', 'v1']);
    expect([connection.protocol, opened.subprotocol]).toEqual(['v1', 'v1']);
  });

  test('sees a connection that we terminate as 1006', async () => {
    const { connection } = await meet();
    connection.terminate();
    expect(await shared.next('closed')).toMatchObject({ code: 1006 });
    expect(await onlyReport(connection)).toMatchObject({
      ...{ outcome: 'failed', code: 1006, startedBy: 'local', trigger: 'terminated', wasClean: false },
    });
  });

  test('sees 1009 after a message that is too big', async () => {
    const { connection } = await meet({ limits: { maxPayloadBytes: 1_000 } });
    shared.do({ do: 'send', text: 'x'.repeat(1_001), isFragmented: false });
    expect(await shared.next('closed')).toMatchObject({ code: seenOf(1009) });
    expect(await onlyReport(connection)).toMatchObject({ trigger: 'too-big', sent: { code: 1009 } });
  });

  test('refused, opens no connection; its refusal is in our report', async () => {
    if (role === 'client') {
      const handler = () => {};
      const listener = await supervisor.listen({
        port: 0,
        host: '127.0.0.1',
        authenticate: () => refuse(403),
        handler,
      });
      shared.do({ do: 'connect', url: urlOf(listener), protocols: [] });
      await shared.next('failed');
      expect(supervisor.endings).toEqual([]);
    } else {
      dial({}, shared, '/refuse');
      expect(await endingsOf(supervisor)).toMatchObject([{ trigger: 'refused', httpStatus: 403, phase: 'connecting' }]);
    }
  });

  if (route !== undefined) {
    test('is not reached with another password than the proxy wants', async () => {
      dial({ proxy: proxy?.url('tea:lapsang') });
      expect(await endingsOf(supervisor)).toMatchObject([{ trigger: 'proxy-refused', phase: 'connecting' }]);
    });

    test('is not believed if nobody whom we trust has certified it', async () => {
      dial({ tls: {} });
      expect(await endingsOf(supervisor)).toMatchObject([
        { trigger: 'dial-failed', phase: 'connecting', cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
      ]);
    });
  }

  if (canFragment) {
    test('sees 1008 after a message in too many fragments', async () => {
      const { connection } = await meet({ limits: { maxFragments: 3 } });
      shared.do({ do: 'send', text: 'x'.repeat(LARGE), isFragmented: true });
      expect(await shared.next('closed')).toMatchObject({ code: seenOf(1008) });
      expect(await onlyReport(connection)).toMatchObject({ trigger: 'limit', sent: { code: 1008 } });
    });
  }

  if (isOneProcess) {
    test('is reported as gone when its process is killed', async () => {
      await using peer = await start();
      const { connection } = await meet({}, peer);
      peer.kill();
      expect(await onlyReport(connection)).toMatchObject({
        ...{ outcome: 'failed', code: 1006, startedBy: 'network', trigger: 'socket-ended', wasClean: false },
      });
    });

    test('is reported as lost when its process is frozen and answers no Ping', async () => {
      await using peer = await start();
      const { connection } = await meet({ liveness: { pingEveryMs: 50, answerWithinMs: 200 } }, peer);
      await peer.freeze();
      expect(await onlyReport(connection)).toMatchObject({
        ...{ outcome: 'failed', code: 1006, startedBy: 'network', trigger: 'liveness-lost', wasClean: false },
      });
    });

    test('has its Close awaited within closeWithinMs only, when its process is frozen', async () => {
      await using peer = await start();
      const { connection } = await meet({ limits: { closeWithinMs: 200 } }, peer);
      await peer.freeze();
      connection.close(4001, 'bye');
      expect(await onlyReport(connection)).toMatchObject({
        ...{ outcome: 'failed', code: 4001, startedBy: 'local', trigger: 'close-called', wasClean: false },
        ...{ endedBy: 'close-deadline', sent: { code: 4001, reason: 'bye' } },
      });
    });
  }
}
