import { expect, test } from 'vitest';
import { refusedEvent, takenEvent } from '../../../src/supervisor/listener/handshake-events.js';

const request = { url: '/live?token=secret', remoteAddress: '192.0.2.1' };

test('an event has the path and the address, and shows no query', () => {
  const event = refusedEvent('live', request, { status: 401, why: 'authenticate' });
  expect(event).toEqual({
    type: 'handshake.refused',
    childId: 'live',
    status: 401,
    why: 'authenticate',
    path: '/live',
    remoteAddress: '192.0.2.1',
  });
  expect(event.url).toBe('/live?token=secret');
  expect(JSON.stringify(event)).not.toContain('secret');
});

test('a socket that was taken at once differs from one that was cut while it waited', () => {
  expect(takenEvent('live', request, { how: 'it was written to' }, undefined)).toEqual({
    type: 'handshake.taken',
    childId: 'live',
    how: 'it was written to',
    path: '/live',
    remoteAddress: '192.0.2.1',
  });
  expect(takenEvent('live', request, { how: 'it was ended' }, 1_003)).toMatchObject({
    how: expect.stringMatching(
      /^it was ended while it waited for authenticate; socket\.io .* destroyUpgradeTimeout above the limit authenticateWithinMs$/,
    ),
    waitedMs: 1_003,
  });
  const released = takenEvent('live', request, { how: 'a hook has it', isReleased: true }, 1_003);
  expect([released.how, released.waitedMs]).toEqual(['a hook has it', undefined]);
});
