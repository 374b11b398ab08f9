import { describe, expect, test } from 'vitest';
import { OP } from '../support/frame-bytes.js';
import { settled } from '../support/settled.js';
import { idle, ROLES, Stage } from './stage.js';

/** Turns enough for a socket on loopback to be dropped, and for the report that follows. */
async function soon(): Promise<void> {
  for (let i = 0; i < 10; i++) await settled();
}

// What explains a fault to the peer must get out, so its socket is ended and not dropped. A peer that keeps TCP open
// then held the connection for all of closeWithinMs, whichever side ended it: the machine had come to its final
// state.
describe.each(ROLES)('a peer that broke the protocol and keeps TCP open, of a connection that was %s', (role) => {
  async function faulted(): Promise<Stage> {
    const stage = await Stage.open(role, idle);
    await stage.connection();
    stage.peer.send({ opcode: OP.text, rsv: 7 });
    expect(await stage.peer.closed()).toBe(1002);
    expect(stage.supervisor.endings).toEqual([]);
    return stage;
  }

  test('is dropped at once by terminate', async () => {
    await using stage = await faulted();
    for (const connection of stage.supervisor.connections.values()) connection.terminate();
    await soon();
    expect(stage.supervisor.endings).toMatchObject([{ trigger: 'protocol-error', code: 1002 }]);
  });

  test('is dropped at once by the terminate of its supervisor', async () => {
    await using stage = await faulted();
    void stage.supervisor.terminate();
    await soon();
    expect(stage.supervisor.state).toBe('stopped');
    expect(stage.supervisor.endings).toMatchObject([{ trigger: 'protocol-error', code: 1002 }]);
  });
});
