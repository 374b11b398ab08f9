/** A read loop that ends with the reason. */
import { describe, expect, test } from 'vitest';
import type { CloseReport } from '../../src/transport/close-report.js';
import { openPair, ROLES } from '../support/raw-pair.js';
import { OPCODE, type RawPeer } from '../support/raw-peer.js';

/** What the peer does after three frames, and what the loop's connection reports. */
const ENDINGS: readonly (readonly [name: string, end: (peer: RawPeer) => void, report: Partial<CloseReport>])[] = [
  [
    'a Close',
    (peer) => peer.sendClose(4000, 'enough'),
    { outcome: 'closed', code: 4000, reason: 'enough', startedBy: 'peer', trigger: 'peer-closed' },
  ],
  [
    'a Close without a code',
    (peer) => peer.sendClose(),
    { outcome: 'closed', code: 1005, reason: '', startedBy: 'peer', trigger: 'peer-closed' },
  ],
  [
    'an end of TCP',
    (peer) => void peer.socket.end(),
    { outcome: 'failed', code: 1006, startedBy: 'network', trigger: 'socket-ended' },
  ],
  [
    'a reset',
    (peer) => void peer.socket.resetAndDestroy(),
    { outcome: 'failed', code: 1006, startedBy: 'network', trigger: 'socket-error' },
  ],
  [
    'text that is no UTF-8',
    (peer) => peer.send(OPCODE.text, Buffer.from([0xff])),
    { outcome: 'failed', code: 1007, startedBy: 'local', trigger: 'protocol-error' },
  ],
  [
    'an opcode that does not exist',
    (peer) => peer.send(3, ''),
    { outcome: 'failed', code: 1002, startedBy: 'local', trigger: 'protocol-error' },
  ],
  [
    'a message too big',
    (peer) => peer.send(OPCODE.binary, Buffer.alloc(101)),
    { outcome: 'failed', code: 1009, startedBy: 'local', trigger: 'too-big' },
  ],
];

describe.each(ROLES)('on a connection that was %s', (role) => {
  test.each(ENDINGS)(
    'the loop has every frame before %s, then ends silently, and the report says why',
    async (_, end, expected) => {
      const received: string[] = [];
      let reason: CloseReport | undefined;
      let finish = () => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      await using pair = await openPair(role, {
        limits: { maxPayloadBytes: 100 },
        handler: async (connection) => {
          for await (const frame of connection) {
            received.push(frame.data.toString());
            // The end must not overtake earlier bytes, a reset least of all.
            if (received.length === 3) end(pair.peer);
          }
          reason = await connection.closed;
          finish();
          return reason;
        },
      });
      for (const text of ['one', 'two', 'three']) pair.peer.send(OPCODE.text, text);
      // A dialed connection leaves the end of TCP to the server.
      void pair.peer.nextFrame().then(() => pair.peer.socket.end());
      await finished;
      expect(received).toEqual(['one', 'two', 'three']);
      expect(reason).toMatchObject({ ...expected, framesIn: 3 });
      expect(pair.supervisor.endings).toEqual([reason]);
    },
  );

  test('a reset is reported with the errno of the system', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.peer.socket.resetAndDestroy();
    expect((await pair.connection.closed).cause).toMatchObject({ code: 'ECONNRESET', syscall: 'read' });
  });

  test('a loop that breaks only detaches: the rest can still be read', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    for (const text of ['one', 'two']) pair.peer.send(OPCODE.text, text);
    const received: string[] = [];
    for await (const { data } of pair.connection) {
      received.push(data.toString());
      break;
    }
    expect(pair.connection.state).toBe('open');
    received.push(String((await pair.connection.receive())?.data));
    expect(received).toEqual(['one', 'two']);
  });
});
