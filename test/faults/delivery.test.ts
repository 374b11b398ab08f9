import { describe, expect, test } from 'vitest';
import type { Handler } from '../../src/supervisor/api/handler.js';
import { eventually } from '../support/eventually.js';
import { closeBytes, type FrameParts, frameBytes, masked, OP } from '../support/frame-bytes.js';
import { echo, idle, ROLES, Stage } from './stage.js';

const text = (payload: string): FrameParts => ({ opcode: OP.text, payload });
const close = (code = 1000): FrameParts => ({ opcode: OP.close, payload: closeBytes(code) });

/** Bytes behind a handshake, as the peer of a connection with this role sends them. */
const behind = (role: 'accepted' | 'dialed', ...frames: FrameParts[]) => ({
  peer: { behind: Buffer.concat(frames.map((parts) => bytesOf(role, parts))) },
});

function bytesOf(role: 'accepted' | 'dialed', parts: FrameParts): Buffer {
  return role === 'accepted' ? masked(parts) : frameBytes(parts);
}

describe.each(ROLES)('frames in the very segment of the handshake reach a connection that was %s', (role) => {
  // Raw ws emits them before any microtask of the handler that saw the opening.
  test.each<[string, (texts: string[]) => Handler]>([
    [
      'that iterates',
      (texts) => async (connection) => {
        for await (const frame of connection) texts.push(frame.data.toString());
      },
    ],
    [
      'that does something else first',
      (texts) => async (connection) => {
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        for await (const frame of connection) texts.push(frame.data.toString());
      },
    ],
    [
      'that subscribes',
      (texts) => (connection) => {
        connection.frames$.subscribe(({ data }) => texts.push(data.toString()));
        return connection.closed;
      },
    ],
    [
      'that subscribes late',
      (texts) => async (connection) => {
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        connection.frames$.subscribe(({ data }) => texts.push(data.toString()));
        return connection.closed;
      },
    ],
  ])('and a handler %s', async (_name, handlerFor) => {
    const texts: string[] = [];
    await using stage = await Stage.open(role, handlerFor(texts), behind(role, text('one'), text('two'), close(4000)));
    await eventually(() => texts.length === 2);
    expect(texts).toEqual(['one', 'two']);
    expect(await stage.peer.closed()).toBe(4000);
    stage.peer.socket.end();
    expect(await stage.report()).toMatchObject({ outcome: 'closed', code: 4000, framesIn: 2 });
  });
});

describe.each(ROLES)(
  'the answers to frames in one segment leave before what follows those frames, on a connection that was %s',
  (role) => {
    // Raw ws echoes a Close at once: a handler in `for await` wakes only then, and its answers are lost.
    test('is a Close', async () => {
      await using stage = await Stage.open(role, echo);
      await stage.connection();
      stage.peer.send(text('one'), text('two'), close(4000));
      expect(await stage.peer.closed()).toBe(4000);
      expect(stage.peer.texts()).toEqual(['one', 'two']);
      expect(stage.peer.frames.at(-1)?.opcode).toBe(OP.close);
    });

    test('is a fault', async () => {
      await using stage = await Stage.open(role, echo);
      await stage.connection();
      stage.peer.send(text('one'), text('two'), { opcode: 3 });
      expect(await stage.peer.closed()).toBe(1002);
      expect(stage.peer.texts()).toEqual(['one', 'two']);
      expect(stage.peer.frames.at(-1)?.opcode).toBe(OP.close);
    });

    test('is the end of TCP', async () => {
      await using stage = await Stage.open(role, echo);
      await stage.connection();
      stage.peer.socket.end(stage.peer.framed(text('one'), text('two')));
      await stage.peer.ended();
      expect(stage.peer.texts()).toEqual(['one', 'two']);
    });

    test('and nothing at all follows our Close', async () => {
      await using stage = await Stage.open(role, async (connection) => {
        for await (const frame of connection) {
          connection.send(frame);
          queueMicrotask(() => connection.send('in a microtask'));
          setImmediate(() => connection.send('too late'));
        }
      });
      await stage.connection();
      stage.peer.send(text('one'), close(4000));
      await stage.peer.closed();
      stage.peer.socket.end();
      await stage.report();
      expect(stage.peer.frames.at(-1)?.opcode).toBe(OP.close);
      expect(stage.peer.texts()).toEqual(['one', 'in a microtask']);
    });
  },
);

describe.each(ROLES)('Pings to a connection that was %s', (role) => {
  test('are answered in order, two hundred in one segment too, and it lives on', async () => {
    await using stage = await Stage.open(role, echo);
    const pings = Array.from({ length: 200 }, (_, i) => String(i));
    stage.peer.send(...pings.map((payload) => ({ opcode: OP.ping, payload })), text('alive'));
    await stage.peer.received(201);
    expect(stage.peer.texts(OP.pong)).toEqual(pings);
    expect(stage.peer.texts()).toEqual(['alive']);
  });

  test('are answered in the middle of a message in fragments', async () => {
    await using stage = await Stage.open(role, echo);
    stage.peer.send(
      { opcode: OP.text, fin: false, payload: 'a' },
      { opcode: OP.ping, payload: 'p' },
      { opcode: OP.continuation, payload: 'b' },
    );
    await stage.peer.received(2);
    expect(stage.peer.frames.map(({ opcode, payload }) => [opcode, payload.toString()])).toEqual([
      [OP.pong, 'p'],
      [OP.text, 'ab'],
    ]);
  });

  test('are answered while we close, until the Close of the peer', async () => {
    await using stage = await Stage.open(role, idle);
    (await stage.connection()).close(4001);
    await stage.peer.closed();
    stage.peer.send({ opcode: OP.ping, payload: 'still there' });
    await stage.peer.received(2);
    expect(stage.peer.frames.map(({ opcode }) => opcode)).toEqual([OP.close, OP.pong]);
    stage.peer.send(close(4001));
    stage.peer.socket.end();
    expect(await stage.report()).toMatchObject({ outcome: 'closed', wasClean: true });
  });
});

describe.each(ROLES)('messages in fragments to a connection that was %s', (role) => {
  const fragments = (count: number) =>
    Array.from(
      { length: count },
      (_, i): FrameParts => ({ opcode: i === 0 ? OP.binary : OP.continuation, fin: i === count - 1, payload: 'x' }),
    );

  test('may be of 20,000 fragments, as those of the Autobahn suite are', async () => {
    await using stage = await Stage.open(role, async (connection) => {
      const frame = await connection.receive();
      return { code: 4000, reason: String(frame?.data.length) };
    });
    stage.peer.send(...fragments(20_000));
    await stage.peer.closed();
    expect(stage.peer.frames.at(-1)?.payload.toString('utf8', 2)).toBe('20000');
  });

  test('of more than maxFragments end it with 1008', async () => {
    await using stage = await Stage.open(role, idle, { limits: { maxFragments: 10 } });
    stage.peer.send(...fragments(11));
    expect(await stage.peer.closed()).toBe(1008);
    stage.peer.socket.end();
    expect(await stage.report()).toMatchObject({
      outcome: 'failed',
      trigger: 'limit',
      code: 1008,
      sent: { code: 1008 },
      startedBy: 'local',
    });
  });
});

describe.each(ROLES)('what was received and is sent back by a connection that was %s', (role) => {
  test('stays what it was: text text, binary binary', async () => {
    await using stage = await Stage.open(role, echo);
    stage.peer.send(text('text'), { opcode: OP.binary, payload: 'bytes' });
    await stage.peer.received(2);
    expect(stage.peer.frames.map(({ opcode, payload }) => [opcode, payload.toString()])).toEqual([
      [OP.text, 'text'],
      [OP.binary, 'bytes'],
    ]);
  });
});

describe.each(ROLES)('a handler that has turned its peer away and returned, on a connection that was %s', (role) => {
  test('gets no message more, although the peer goes on sending until its own Close', async () => {
    const late: unknown[] = [];
    await using stage = await Stage.open(role, async (connection) => {
      await connection.receive();
      connection.close(4401, 'no');
      // What it left behind: a read that it no longer awaits.
      void connection.receive().then((frame) => late.push(frame));
    });
    const connection = await stage.connection();
    stage.peer.send(text('token'));
    expect(await stage.peer.closed()).toBe(4401);
    stage.peer.send(text('order'), text('another'), close(4401));
    stage.peer.socket.end();
    const report = await stage.report();
    expect(report).toMatchObject({ code: 4401, reason: 'no', outcome: 'closed', framesIn: 3 });
    expect(late).toEqual([undefined]);
    expect(await connection.receive()).toBeUndefined();
  });
});
