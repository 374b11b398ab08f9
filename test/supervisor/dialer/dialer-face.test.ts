import { expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { DialerStatus } from '../../../src/supervisor/api/dialer.js';
import type { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { DialerFace } from '../../../src/supervisor/dialer/dialer-face.js';
import { EndedError } from '../../../src/transport/errors.js';
import { aParent } from '../../support/a-parent.js';

class Face extends DialerFace {
  override tell(status: DialerStatus): void {
    super.tell(status);
  }

  override handOut(connection: ConnectionActor): void {
    super.handOut(connection);
  }
}

const aFace = () => {
  const { services, events } = aParent();
  return { face: new Face('feed', services), events };
};

const exit = { id: 'feed', reason: 'shutdown', report: undefined } as const;
const connection = { send: () => 'taken' } as unknown as Connection;

test('sends on the connection that is up, and on no other', () => {
  const { face } = aFace();
  expect(face.send('x')).toBe('closed');
  face.tell({ type: 'up', connection });
  expect(face.send('x')).toBe('taken');
  face.tell({ type: 'failed', exit });
  expect([face.send('x'), face.connection]).toEqual(['closed', undefined]);
});

test('who waits for a connection waits across restarts, until it is concluded', async () => {
  const { face } = aFace();
  const first = face.connected();
  face.tell({ type: 'failed', exit });
  face.tell({ type: 'dialing', attempt: 1 });
  face.handOut(connection as Connection<unknown> as ConnectionActor);
  expect(await first).toBe(connection);
  const second = expect(face.connected()).rejects.toThrow(EndedError);
  face.conclude(exit);
  await second;
  await expect(face.connected()).rejects.toThrow(EndedError);
  expect(await face.ended).toBe(exit);
});

test('concluded without ever having run it has stopped, and says so once', () => {
  const { face, events } = aFace();
  face.conclude(exit);
  expect(events).toEqual([{ type: 'dialer.status', childId: 'feed', status: { type: 'stopped', exit } }]);
  const after = aFace();
  after.face.tell({ type: 'failed', exit });
  after.face.conclude(exit);
  expect([after.face.state, after.events.length]).toEqual(['failed', 1]);
});
