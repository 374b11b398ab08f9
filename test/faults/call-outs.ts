/** Every place where the package calls code of its user's, each with a world around it in which that code is called. */
import { concatMap, map } from 'rxjs';
import { setup } from 'xstate';
import { type ActorHandlerEvent, actorHandler } from '../../src/machines/actor/actor-handler.js';
import type { RunningChild, Worker } from '../../src/supervisor/api/child-spec.js';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { DialOptions } from '../../src/supervisor/api/dial-options.js';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { Handler } from '../../src/supervisor/api/handler.js';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { sharedCredentials } from '../../src/supervisor/dialer/credentials.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { ScriptedServer } from '../../src/testing/scripted-server.js';

const echo: Handler<unknown> = async (connection) => {
  for await (const frame of connection) connection.send(frame);
};

/** A supervisor whose time and network are the test's, beside another that has nothing to do with it. */
export class World implements AsyncDisposable {
  readonly clock = createHeapClock();
  readonly transport = createMemoryTransport(this.clock);
  readonly supervisor: Supervisor;
  readonly events: SupervisorEvent[] = [];
  /** Rejections of calls that the user's code made itself. */
  readonly refusals: unknown[] = [];
  readonly #others: AsyncDisposable[] = [];

  constructor() {
    this.supervisor = createSupervisor({
      name: 'subject',
      clock: this.clock,
      transport: this.transport,
      liveness: false,
    });
    this.supervisor.events$.subscribe((event) => this.events.push(event));
  }

  /** A listener of the supervisor, and a client of it that has been let in or refused by the time `ripen` is over. */
  async client(
    options: Partial<ListenOptions<unknown>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ScriptedPeer> {
    const { address } = await this.supervisor.listen<unknown>({
      port: 0,
      restart: 'temporary',
      handler: (connection) => connection.closed,
      ...options,
    });
    return ScriptedPeer.dial(this.transport, `ws://memory:${address?.port}/`, { headers });
  }

  /** A dialer of the supervisor, and a server that it dials. */
  async dialer(options: Partial<DialOptions>): Promise<ScriptedServer> {
    const server = await ScriptedServer.listen(this.transport);
    this.#others.push(server);
    this.supervisor.dial({
      url: server.url,
      restart: 'temporary',
      handler: (connection) => connection.closed,
      ...options,
    });
    return server;
  }

  /** Calls something that may be refused, and that the test does not wait for. */
  readonly ask = (promise: Promise<unknown>): void => {
    promise.catch((error: unknown) => this.refusals.push(error));
  };

  /** Runs everything that is due in the next minute. */
  ripen(): Promise<void> {
    return this.clock.advanceAsync(60_000);
  }

  /** A connection that has nothing in common with the one under test except the process. */
  async neighbour(
    supervisor = createSupervisor({ name: 'neighbour', clock: this.clock, transport: this.transport, liveness: false }),
  ): Promise<ScriptedPeer> {
    if (supervisor !== this.supervisor) this.#others.push(supervisor);
    const { address } = await supervisor.listen({ port: 0, handler: echo });
    const peer = ScriptedPeer.dial(this.transport, `ws://memory:${address?.port}/`);
    await peer.fact('wire.opened');
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const other of this.#others) await other[Symbol.asyncDispose]();
  }
}

/** Has the user's code called, and what follows begin. */
export type CallOut = (world: World, act: () => unknown) => Promise<unknown>;

/** A running child of the user's own that ends when it is shut down, except where a test overrides that. */
function aWorker(overrides: Partial<RunningChild<Worker>> = {}): RunningChild<Worker> {
  let end: (exit: { readonly reason: 'shutdown' }) => void = () => {};
  const exited = new Promise<{ readonly reason: 'shutdown' }>((resolve) => {
    end = resolve;
  });
  const exit = () => end({ reason: 'shutdown' });
  return { handle: { kind: 'worker' }, exited, shutDown: exit, terminate: exit, ...overrides };
}

const untilClosed =
  (use: (connection: Connection<unknown>) => void): Handler<unknown> =>
  (connection) => {
    use(connection);
    return connection.closed;
  };

/** A client of a handler, which sends a message once it is open. */
async function speaking(world: World, handler: Handler<unknown>): Promise<void> {
  const peer = await world.client({ handler });
  await peer.fact('wire.opened');
  peer.wire.send('first', false);
  peer.wire.send('second', false);
}

const unknownFrame = setup({ types: { events: {} as ActorHandlerEvent } }).createMachine({});

/**
 * Where what the user's code returns is a value of its own, to do with as it likes: a promise is none of the package's.
 */
export const GIVES_VALUES: ReadonlySet<string> = new Set([
  'an operator of frames$',
  'an operator of events$',
  "an actor's input",
]);

/** Keyed by the user's code that is called. */
export const CALL_OUTS: Readonly<Record<string, CallOut>> = {
  authenticate: (world, act) => world.client({ authenticate: act as never }),
  origins: (world, act) => world.client({ origins: act as never }, { origin: 'https://example.com' }),
  "a listener of authenticate's signal": async (world, act) => {
    const authenticate = (_request: unknown, { signal }: { readonly signal: AbortSignal }) => {
      signal.addEventListener('abort', act);
      return new Promise<never>(() => {});
    };
    const peer = await world.client({ authenticate });
    await world.clock.advanceAsync(10);
    peer.wire.terminate();
  },
  'a handler, accepted': (world, act) => speaking(world, act as never),
  'a handler, dialed': (world, act) => world.dialer({ handler: act as never }),
  'a subscriber of frames$': (world, act) =>
    speaking(
      world,
      untilClosed(({ frames$ }) => frames$.subscribe(act)),
    ),
  'an operator of frames$': (world, act) =>
    speaking(
      world,
      untilClosed(({ frames$ }) => frames$.pipe(map(act)).subscribe()),
    ),
  'an async operator of frames$': (world, act) =>
    speaking(
      world,
      untilClosed(({ frames$ }) => frames$.pipe(concatMap(async () => act())).subscribe()),
    ),
  'a subscriber behind an operator of frames$': (world, act) =>
    speaking(
      world,
      untilClosed(({ frames$ }) => frames$.pipe(map((frame) => frame)).subscribe(act)),
    ),
  "completion of frames$'s subscriber": (world, act) =>
    speaking(
      world,
      untilClosed((connection) => {
        connection.frames$.subscribe({ complete: act });
        connection.close(4001);
      }),
    ),
  "a listener of a connection's signal": (world, act) =>
    speaking(
      world,
      untilClosed((connection) => {
        connection.signal.addEventListener('abort', act);
        connection.terminate();
      }),
    ),
  "a listener of a connection's drainSignal": async (world, act) => {
    await speaking(
      world,
      untilClosed(({ drainSignal }) => drainSignal.addEventListener('abort', act)),
    );
    await world.clock.advanceAsync(10);
    world.ask(world.supervisor.drain({ where: () => true, spreadMs: 0 }));
  },
  'where of a drain': async (world, act) => {
    await speaking(
      world,
      untilClosed(() => {}),
    );
    await world.clock.advanceAsync(10);
    world.ask(world.supervisor.drain({ where: act as never, spreadMs: 0 }));
  },
  url: (world, act) => world.dialer({ url: act as never }),
  headers: (world, act) => world.dialer({ headers: act as never }),
  'shared credentials': (world, act) => {
    const credentials = sharedCredentials(act, { reuseMs: 0, clock: world.clock });
    return world.dialer({ headers: async (attempt) => ({ authorization: String(await credentials(attempt)) }) });
  },
  retry: async (world, act) => {
    const server = await world.dialer({ retry: act as never });
    (await server.accepted()).wire.terminate();
  },
  'the start of a worker': async (world, act) =>
    world.ask(world.supervisor.startChild({ restart: 'temporary', start: act as never })),
  "a worker's shutDown": async (world, act) => {
    await world.supervisor.startChild({ id: 'worker', start: () => aWorker({ shutDown: act }), shutdown: 10 });
    world.ask(world.supervisor.terminateChild('worker'));
  },
  "a worker's terminate": async (world, act) => {
    await world.supervisor.startChild({ id: 'worker', start: () => aWorker({ terminate: act }), shutdown: 'brutal' });
    world.ask(world.supervisor.terminateChild('worker'));
  },
  "a worker's exited": async (world, act) => {
    const exited = Promise.resolve().then(act) as Promise<never>;
    await world.supervisor.startChild({ restart: 'temporary', start: () => aWorker({ exited }) });
  },
  "a worker's conclude": async (world, act) => {
    await world.supervisor.startChild({ id: 'worker', restart: 'temporary', start: () => aWorker({ conclude: act }) });
    world.ask(world.supervisor.terminateChild('worker'));
  },
  "a listener of a start's signal": async (world, act) => {
    const start = ({ signal }: { readonly signal: AbortSignal }) => {
      signal.addEventListener('abort', act);
      return new Promise<never>(() => {});
    };
    world.ask(world.supervisor.startChild({ start, shutdown: 10 }));
    await world.clock.advanceAsync(10);
    world.ask(world.supervisor.stop());
  },
  'a subscriber of events$': async (world, act) => {
    world.supervisor.events$.subscribe(act);
    await world.client({});
  },
  'an operator of events$': async (world, act) => {
    world.supervisor.events$.pipe(map(act)).subscribe();
    await world.client({});
  },
  'an async operator of events$': async (world, act) => {
    world.supervisor.events$.pipe(concatMap(async () => act())).subscribe();
    await world.client({});
  },
  "a subscriber of a child supervisor's events$": async (world, act) => {
    const childSupervisor = await world.supervisor.supervise({ id: 'rooms' });
    childSupervisor.events$.subscribe(act);
    await childSupervisor.listen({ port: 0, handler: echo });
  },
  "an actor's input": (world, act) => speaking(world, actorHandler(unknownFrame, { input: act }) as never),
  "an actor's frame": (world, act) =>
    speaking(world, actorHandler(unknownFrame, { input: () => ({}), frame: act as never }) as never),
};
