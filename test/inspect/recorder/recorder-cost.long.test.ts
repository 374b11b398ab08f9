/** What a recorder costs: memory for each idle connection and dialer, and nothing for a message. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from '../../../src/index.js';
import { createRecorder, type Recorder } from '../../../src/inspect/index.js';
import type { Note, Observer, Subject } from '../../../src/supervisor/api/observer.js';
import { createHeapClock, createMemoryTransport } from '../../../src/testing/index.js';
import { medianRatio } from '../../support/median-ratio.js';

const CONNECTIONS = 10_000;
const NO_LIMIT = Number.POSITIVE_INFINITY;
const OPTIONS = { maxPayloadBytes: 1 << 20, maxFragments: 1024, perMessageDeflate: false } as const;

const ANSWER_MS = 0.5;
const TURNS_FOR_AN_ANSWER = 4;
const HOUR_MS = 3_600_000;

/** Bytes for each connection, and for each dialer beside its connection. */
const AT_MOST = { connection: 300, dialer: 350, supervisor: 0 };

/** Of the throughput without a recorder. The bench holds 0.97 over sockets; this is a bound for a busy machine. */
const AT_LEAST = 0.85;

/** Two supervisors over one network in memory, the first recorded, and a way to let time pass while peers answer. */
function aScene(pingEveryMs: number) {
  const clock = createHeapClock();
  const transport = createMemoryTransport({ now: () => clock.now() + ANSWER_MS, wallNow: () => clock.wallNow() });
  const options = {
    clock,
    transport,
    liveness: { pingEveryMs },
    limits: { maxConnections: NO_LIMIT, maxHandshakes: NO_LIMIT, maxHandshakesPerAddress: NO_LIMIT },
    dialLimiter: { inFlight: NO_LIMIT, perSecond: NO_LIMIT },
  };
  const supervisor = createSupervisor(options);
  const peer = createSupervisor({ ...options, liveness: false });
  return {
    supervisor,
    peer,
    transport,
    pass: async (ms: number, stepMs: number) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        clock.advance(stepMs);
        for (let turns = 0; turns < TURNS_FOR_AN_ANSWER; turns += 1) await turn();
      }
    },
    end: async () => {
      void supervisor.terminate();
      void peer.terminate();
      await clock.advanceAsync(10_000);
    },
  };
}

/** Records machines of one kind only. */
function recording(supervisor: Supervisor, recorder: Recorder, machine: Subject['machine']) {
  const only = (subject: Subject, call: () => void) => {
    if (subject.machine === machine) call();
  };
  return supervisor.observe({
    began: (subject, state) => only(subject, () => recorder.began(subject, state)),
    stepped: (subject, step) => only(subject, () => recorder.stepped(subject, step)),
    noted: (subject, note) => only(subject, () => recorder.noted(subject, note)),
  });
}

async function liveBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('this project runs with --expose-gc');
  for (let round = 0; round < 6; round += 1) {
    globalThis.gc();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe(`${CONNECTIONS} idle connections`, () => {
  test.each<[string, 'accepted' | 'dialed', Subject['machine'], readonly string[], number]>([
    // what                      role        machine       entries                                         pings
    ['accepted, not pinged', 'accepted', 'connection', [], NO_LIMIT],
    ['accepted', 'accepted', 'connection', ['ping.answered'], 30_000],
    ['accepted, for three days', 'accepted', 'connection', ['ping.answered'], 12 * HOUR_MS],
    ['dialed', 'dialed', 'connection', ['step', 'step', 'ping.answered'], 30_000],
    ['dialers', 'dialed', 'dialer', ['step', 'dial.begun', 'step'], 30_000],
  ])('%s: at most so many bytes each', async (_what, role, machine, entries, pingEveryMs) => {
    const { supervisor, peer, transport, pass, end } = aScene(pingEveryMs === NO_LIMIT ? HOUR_MS : pingEveryMs);
    // Held by this object alone, so that all of it is garbage when this is emptied.
    const held: { recorder?: Recorder; observing?: { unsubscribe: () => void } } = {};
    held.recorder = createRecorder();
    held.observing = recording(supervisor, held.recorder, machine);
    const listener = await (role === 'accepted' ? supervisor : peer).listen({
      port: 0,
      handler: (connection) => connection.closed,
    });
    const url = `ws://memory:${listener.address?.port}/`;
    for (let i = 0; i < CONNECTIONS; i += 1) {
      if (role === 'dialed') supervisor.dial({ url });
      else transport.dial({ url, headers: {}, protocols: [], tls: {}, options: OPTIONS }).facts$.subscribe();
    }
    while (supervisor.connections.size < CONNECTIONS) await turn();
    await pass(20, 10);
    if (pingEveryMs !== NO_LIMIT) await pass(pingEveryMs * (pingEveryMs > HOUR_MS ? 6 : 2), pingEveryMs / 30);
    expect(supervisor.connections.size).toBe(CONNECTIONS);
    const timelines = [...held.recorder.timelines()].filter((timeline) => timeline.machine === machine);
    expect(timelines).toHaveLength(CONNECTIONS);
    const kept = timelines
      .splice(0)
      .map((timeline) => timeline.entries.map((e) => (e.type === 'note' ? e.note.type : e.type)));
    expect(new Set(kept.splice(0).map(String))).toEqual(new Set([String(entries)]));
    const recorded = await liveBytes();
    held.observing.unsubscribe();
    delete held.observing;
    delete held.recorder;
    const each = (recorded - (await liveBytes())) / CONNECTIONS;
    process.stdout.write(`recorder, ${_what}: ${each.toFixed(0)} bytes each\n`);
    expect(each).toBeGreaterThan(50);
    expect(each).toBeLessThanOrEqual(AT_MOST[machine]);
    await end();
  });
});

describe('echoes', () => {
  const ECHOING = 100;

  /** Connections that are sent what they send, and a way to let all of them do so a number of times. */
  async function anEcho(recorder?: Observer) {
    const transport = createMemoryTransport();
    const supervisor = createSupervisor({
      transport,
      liveness: false,
      ...(recorder === undefined ? {} : { recorder }),
    });
    const listener = await supervisor.listen({
      port: 0,
      handler: async (connection) => {
        for await (const frame of connection) connection.send(frame);
      },
    });
    const url = `ws://memory:${listener.address?.port}/`;
    let echoed = 0;
    const wires = Array.from({ length: ECHOING }, () => {
      const wire = transport.dial({ url, headers: {}, protocols: [], tls: {}, options: OPTIONS });
      wire.frames$.subscribe(() => {
        echoed += 1;
      });
      wire.closed$.subscribe();
      return wire;
    });
    while (supervisor.connections.size < ECHOING) await turn();
    return {
      supervisor,
      echo: async (times: number, inFlight: number) => {
        for (let time = 0; time < times; time += inFlight) {
          const wanted = echoed + ECHOING * inFlight;
          for (const wire of wires) for (let left = inFlight; left > 0; left -= 1) wire.send('x'.repeat(64), false);
          while (echoed < wanted) await turn();
        }
      },
    };
  }

  test.each([1, 32])('%d in flight: a recorder is called for no message', async (inFlight) => {
    const calls: (string | Note)[] = [];
    const { supervisor, echo } = await anEcho({
      began: ({ machine }) => calls.push(machine),
      stepped: (_subject, { event }) => calls.push(event?.type ?? 'start'),
      noted: (_subject, note) => calls.push(note),
      ended: ({ machine }) => calls.push(machine),
    });
    expect(calls).toHaveLength(ECHOING + 1);
    await echo(640, inFlight);
    expect(calls).toHaveLength(ECHOING + 1);
    await supervisor.terminate();
    expect(calls.length).toBeGreaterThan(2 * ECHOING);
  });

  test('a recorder leaves the throughput as it is', async () => {
    const [off, on] = [await anEcho(), await anEcho(createRecorder())];
    const cpuOf = async ({ echo }: typeof on) => {
      const began = process.cpuUsage();
      await echo(320, 32);
      const { user, system } = process.cpuUsage(began);
      return user + system;
    };
    for (const scene of [off, on, off, on]) await cpuOf(scene);
    const ratio = await medianRatio({ rounds: 21, mostRounds: 21, meets: (seen) => seen > AT_LEAST }, async (round) => {
      const isFirst = round % 2 === 0;
      const first = await cpuOf(isFirst ? on : off);
      const second = await cpuOf(isFirst ? off : on);
      return isFirst ? second / first : first / second;
    });
    process.stdout.write(`recorder: ${ratio.toFixed(3)} of the echoes per second of CPU without one\n`);
    expect(ratio).toBeGreaterThan(AT_LEAST);
    await off.supervisor.terminate();
    await on.supervisor.terminate();
  });
});
