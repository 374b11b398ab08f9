import { expect, test } from 'vitest';
import { connectionRow, shownPath } from '../../../../src/inspect/dashboard/shown/connection-row.js';

const snapshot = {
  id: 'c1',
  childId: undefined,
  epoch: undefined,
  role: 'dialed',
  state: 'connecting',
  protocol: '',
  remoteAddress: undefined,
  openedAt: undefined,
  framesIn: 0,
  framesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  bufferedBytes: 0,
} as const;

test('what is not known is absent', () => {
  const row = connectionRow({ toJSON: () => snapshot, latencyMs: undefined, request: undefined });
  expect(Object.keys(row).toSorted()).toEqual(
    ['bufferedBytes', 'bytesIn', 'bytesOut', 'framesIn', 'framesOut', 'id', 'role', 'state'].toSorted(),
  );
});

test('a credential as subprotocol, and values in a path, are masked', () => {
  const protocol = 'base64url.bearer.authorization.c0ffee';
  const request = { path: '/rooms/a;token=c0ffee' } as never;
  const row = connectionRow({ toJSON: () => ({ ...snapshot, protocol }), latencyMs: 3, request });
  expect(row).toMatchObject({ latencyMs: 3, path: '/rooms/a;token=***' });
  expect(JSON.stringify(row)).not.toContain('c0ffee');
  expect(shownPath({ request: undefined })).toBeUndefined();
});
