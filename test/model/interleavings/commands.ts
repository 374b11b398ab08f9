import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { Supervisor } from '../../../src/supervisor/api/supervisor.js';
import { type ByteLink, VIOLATIONS, type Violation } from './byte-link.js';
import { dialOptions } from './options.js';
import type { Subject } from './subject.js';
import type { World } from './world.js';

/** One command: `pick` says to whom, and with what. Its promise may reject, with an error of the library. */
interface Command {
  readonly weight: number;
  readonly run: (world: World, pick: number) => Promise<unknown> | void;
}

const at = <T>(list: Iterable<T>, pick: number): T | undefined => {
  const all = [...list];
  return all[all.length - 1 - (pick % all.length)];
};

/** Usually one that has not ended, and of those the newest or the one before. */
function subjectAt(world: World, pick: number): Subject | undefined {
  const all = [...world.subjects.values()];
  const live = all.filter(({ connection }) => connection.report === undefined);
  return pick % 8 === 7 || live.length === 0 ? at(all, pick >> 3) : at(live, (pick >> 3) % 3);
}

const linkAt = (world: World, pick: number): ByteLink | undefined => at(world.links.values(), (pick >> 3) % 3);

/** A command on a connection. */
function on(
  weight: number,
  run: (subject: Subject, param: number, world: World, connection: Connection<unknown>) => Promise<unknown> | void,
): Command {
  return {
    weight,
    run: (world, pick) => {
      const subject = subjectAt(world, pick);
      return subject === undefined ? undefined : run(subject, pick >> 5, world, subject.connection);
    },
  };
}

/** What a peer does. */
function peer(weight: number, run: (link: ByteLink, param: number) => void): Command {
  return {
    weight,
    run: (world, pick) => {
      const link = linkAt(world, pick);
      if (link !== undefined) world.act(undefined, () => run(link, pick >> 5));
    },
  };
}

const supervisorsOf = (world: World): Supervisor[] => [world.root, ...world.below];
const WITHIN_MS = [undefined, 30, 4_000];
const PADDINGS = [0, 30, 130, 600, 2_500];
const PEER_PADDINGS = [0, 0, 0, 30, 130, 400];
const within = (param: number) => ({ withinMs: WITHIN_MS[param % WITHIN_MS.length] });
const padding = (param: number): number => PADDINGS[param % PADDINGS.length] ?? 0;

/** Has a dialer, listener, or supervisor end, which begins the ending of its connections. */
const ends = (by: string, code?: number) =>
  ({
    by,
    triggers: ['close-called', 'called-off', 'supervisor-stopped', 'terminated'],
    ...(code === undefined ? {} : { code }),
  }) as const;

function noteEnds(world: World): void {
  for (const trigger of ends('').triggers) world.possible.add(trigger);
}

const COMMANDS_OF_USERS = {
  close: on(3, (_subject, param, world, connection) => {
    const code = param % 3 === 0 ? 1000 : 4_100 + (param % 50);
    const why = { by: 'close', triggers: ['close-called', 'called-off'], code, of: connection } as const;
    world.act(why, () => connection.close(code, 'bye'));
  }),
  terminate: on(2, (_subject, _param, world, connection) =>
    world.act({ by: 'terminate', triggers: ['terminated', 'called-off'] }, () => connection.terminate()),
  ),
  send: on(10, (subject, param, world, connection) => {
    world.act(world.sending(connection), () => {
      for (let n = 0; n <= param % 4; n += 1) subject.send(padding(param));
    });
  }),
  sendAndWait: on(6, (subject, param, world, connection) =>
    world.act(world.sending(connection), () => subject.sendAndWait(padding(param), within(param >> 3).withinMs)),
  ),
  writable: on(2, (_subject, param, _world, connection) => connection.writable(within(param))),
  ping: on(3, (_subject, param, _world, connection) => connection.ping(within(param))),
  pingWith: on(1, (_subject, param, _world, connection) =>
    connection.ping({ ...within(param), payload: `chosen ${param}` }),
  ),
  closeEmpty: on(1, (_subject, _param, world, connection) => {
    const why = { by: 'close', triggers: ['close-called', 'called-off'], code: 1005, of: connection } as const;
    world.act(why, () => connection.close(1005));
  }),
  awaitClose: on(1, (_subject, _param, _world, connection) => connection.closeReceived),
  pauseReading: on(1, (_subject, _param, world, connection) => world.act(undefined, () => connection.pause())),
  resumeReading: on(2, (_subject, _param, world, connection) => world.act(undefined, () => connection.resume())),
  receive: on(4, async (subject, param, _world, connection) => {
    const log = subject.consumer();
    const frame = await connection.receive(within(param));
    if (frame !== undefined) log(frame.text());
    else subject.sawEnd();
  }),
  iterate: on(2, async (subject, param, _world, connection) => {
    const log = subject.consumer();
    let left = 1 + (param % 3);
    for await (const frame of connection) {
      log(frame.text());
      left -= 1;
      if (left === 0) return;
    }
    subject.sawEnd();
  }),
  renew: on(1, (subject, param, world, connection) => {
    subject.possible.add('expired');
    connection.renew(world.clock.wallNow() + 500 + (param % 3) * 1_000);
  }),
} satisfies Record<string, Command>;

const COMMANDS_OF_DIALERS = {
  dialerSend: {
    weight: 2,
    run: (world, pick) => {
      const dialer = at(world.dialers, pick);
      const connection = dialer?.connection;
      if (dialer === undefined || connection === undefined) return;
      const subject = world.of(connection);
      world.act(world.sending(connection), () => subject.sendBy((text) => dialer.send(text)));
    },
  },
  connected: {
    weight: 1,
    run: (world, pick) => at(world.dialers, pick)?.connected(within(pick >> 3)),
  },
  redial: {
    weight: 2,
    run: (world, pick) => {
      const code = 4_200 + (pick % 50);
      noteEnds(world);
      world.act(ends('redial', code), () => at(world.dialers, pick >> 3)?.redial({ code, reason: 'again' }));
    },
  },
  overlap: {
    weight: 3,
    run: (world, pick) => {
      const code = 4_300 + (pick % 50);
      noteEnds(world);
      world.act(ends('overlap', code), () => at(world.dialers, pick >> 3)?.redial({ code, overlap: true }));
    },
  },
  stopDialer: {
    weight: 1,
    run: (world, pick) => {
      noteEnds(world);
      return world.act(ends('dialer.stop', 4_400), () => at(world.dialers, pick)?.stop({ code: 4_400 }));
    },
  },
  terminateDialer: {
    weight: 1,
    run: (world, pick) => {
      noteEnds(world);
      return world.act(ends('dialer.terminate'), () => at(world.dialers, pick)?.terminate());
    },
  },
  dial: {
    weight: 1,
    run: (world, pick) => {
      world.add((at(supervisorsOf(world), pick) ?? world.root).dial(dialOptions(world, pick % 3 === 0, false)));
    },
  },
} satisfies Record<string, Command>;

const COMMANDS_OF_SUPERVISORS = {
  suspend: { weight: 1, run: (world, pick) => at(world.listeners, pick)?.suspend() },
  resume: { weight: 1, run: (world, pick) => at(world.listeners, pick)?.resume() },
  stopListener: {
    weight: 1,
    run: (world, pick) => {
      noteEnds(world);
      return world.act(ends('listener.stop'), () => at(world.listeners, pick)?.stop());
    },
  },
  terminateListener: {
    weight: 1,
    run: (world, pick) => {
      noteEnds(world);
      return world.act(ends('listener.terminate'), () => at(world.listeners, pick)?.terminate());
    },
  },
  drain: {
    weight: 1,
    run: (world, pick) => {
      world.possible.add('drained');
      noteEnds(world);
      const controller = new AbortController();
      world.drains.push(controller);
      const share = [undefined, 1, 0.5][pick % 3];
      const times = { notReadyFirstMs: 0, finishFirstMs: (pick % 2) * 300, spreadMs: 200, withinMs: 1_500 };
      return at(supervisorsOf(world), pick >> 3)?.drain({ ...times, share, signal: controller.signal });
    },
  },
  callOffDrain: { weight: 1, run: (world, pick) => at(world.drains, pick)?.abort() },
  stop: {
    weight: 1,
    run: (world, pick) => {
      noteEnds(world);
      return world.act(ends('supervisor.stop'), () => at(supervisorsOf(world), pick)?.stop());
    },
  },
  terminateAll: {
    weight: 1,
    run: (world, pick) => {
      noteEnds(world);
      return world.act(ends('supervisor.terminate'), () => at(supervisorsOf(world), pick)?.terminate());
    },
  },
  child: {
    weight: 2,
    run: (world, pick) => {
      noteEnds(world);
      const supervisor = at(supervisorsOf(world), pick) ?? world.root;
      const id = at(supervisor.whichChildren(), pick >> 2)?.id ?? 'nobody';
      const what = (['terminateChild', 'restartChild', 'deleteChild'] as const)[(pick >> 5) % 3] ?? 'restartChild';
      return world.act(ends(what), () => supervisor[what](id)).then((child) => world.restarted(child));
    },
  },
} satisfies Record<string, Command>;

const KINDS = Object.keys(VIOLATIONS) as readonly Violation[];

const COMMANDS_OF_PEERS = {
  connect: { weight: 3, run: (world, pick) => world.connect(pick) },
  leave: { weight: 1, run: (world, pick) => at(world.leaving, pick)?.() },
  peerSends: peer(14, (link, param) => {
    for (let n = 0; n <= param % 3; n += 1)
      link.send(1 + (param % 3), PEER_PADDINGS[(param >> 2) % PEER_PADDINGS.length] ?? 0);
  }),
  peerPings: peer(2, (link) => link.ping()),
  peerCloses: peer(3, (link, param) => link.sendClose([1000, 1001, 1012, 4_500, undefined][param % 5], '')),
  peerEndsTcp: peer(1, (link) => link.fin()),
  peerResets: peer(1, (link) => link.reset()),
  peerViolates: peer(2, (link, param) => link.violate(KINDS[param % KINDS.length] ?? 'not UTF-8')),
  peerBeginsFrame: peer(1, (link) => link.half()),
  peerStopsReading: peer(4, (link) => link.stopReading()),
  peerReads: peer(2, (link) => link.startReading()),
  /** The clock moves to the next deadline, or on by some time. */
  time: { weight: 8, run: (world, pick) => world.pass([undefined, undefined, 1, 40, 300, 1_100, 2_600][pick % 7]) },
} satisfies Record<string, Command>;

export const COMMANDS = {
  ...COMMANDS_OF_USERS,
  ...COMMANDS_OF_DIALERS,
  ...COMMANDS_OF_SUPERVISORS,
  ...COMMANDS_OF_PEERS,
};

export type CommandName = keyof typeof COMMANDS;
