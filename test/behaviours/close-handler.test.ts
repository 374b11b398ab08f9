/** A close handler: code that runs once, when the connection has ended, with the code and the reason. */
import { describe, expect, test } from 'vitest';
import type { CloseReport } from '../../src/transport/close-report.js';
import { openPair, ROLES } from '../support/raw-pair.js';
import { OPCODE } from '../support/raw-peer.js';

describe.each(ROLES)('on a connection that was %s', (role) => {
  test("receives the peer's code and reason once, in the same report as everybody else", async () => {
    const reports: CloseReport[] = [];
    await using pair = await openPair(role, {
      handler: (connection) => {
        void connection.closed.then((report) => reports.push(report));
        connection.discardFrames();
        return connection.closed;
      },
    });
    pair.peer.sendClose(4003, 'no more');
    pair.peer.socket.end();
    const report = await pair.connection.closed;
    expect(reports).toEqual([report]);
    expect(reports[0]).toBe(report);
    expect(report).toMatchObject({ code: 4003, reason: 'no more', startedBy: 'peer' });
    expect(pair.supervisor.endings).toEqual([report]);
  });

  test('may be attached after the end', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.connection.terminate();
    await pair.connection.closed;
    expect(await pair.connection.closed).toBe(pair.connection.report);
  });

  test("the peer's Close is answered with its own code, without any code of the user's", async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.peer.sendClose(4003, 'no more');
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close, code: 4003 });
  });

  test("what a handler answers to the frames before the peer's Close goes out before the answer to it", async () => {
    await using pair = await openPair(role, {
      handler: async (connection) => {
        for await (const frame of connection) connection.send(frame);
      },
    });
    // All in one write, and so most likely in one read.
    pair.peer.socket.cork();
    pair.peer.send(OPCODE.text, 'one');
    pair.peer.send(OPCODE.text, 'two');
    pair.peer.sendClose(1000, 'bye');
    pair.peer.socket.uncork();
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.text, payload: Buffer.from('one') });
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.text, payload: Buffer.from('two') });
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close, code: 1000 });
  });

  test("work on a frame received before the peer's Close is not interrupted by it", async () => {
    const aborted: boolean[] = [];
    let finishWork = () => {};
    const work = new Promise<void>((resolve) => {
      finishWork = resolve;
    });
    await using pair = await openPair(role, {
      handler: async (connection) => {
        for await (const _frame of connection) {
          await work;
          aborted.push(connection.signal.aborted);
        }
        aborted.push(connection.signal.aborted);
        return connection.closed;
      },
    });
    pair.peer.send(OPCODE.text, 'save this');
    pair.peer.sendClose(1000);
    pair.peer.socket.end();
    await pair.connection.closed;
    finishWork();
    await expect.poll(() => aborted).toEqual([false, true]);
  });
});
