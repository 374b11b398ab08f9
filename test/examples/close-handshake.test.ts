import { expect, test } from 'vitest';
import { start } from '../../examples/close-handshake.js';

test('a closing handshake receives what was on its way; terminate does not', async () => {
  const { closed, terminated } = await start();
  expect(closed.framesReceived).toBe(256);
  expect(closed.report).toMatchObject({
    outcome: 'closed',
    trigger: 'close-called',
    startedBy: 'local',
    wasClean: true,
    sent: { code: 1000, reason: 'seen enough' },
    received: { code: 1000, reason: 'seen enough' },
  });
  expect(terminated.framesReceived).toBeLessThan(256);
  expect(terminated.report).toMatchObject({
    outcome: 'failed',
    trigger: 'terminated',
    startedBy: 'local',
    code: 1006,
    wasClean: false,
  });
  expect(terminated.report).not.toHaveProperty('sent');
});
