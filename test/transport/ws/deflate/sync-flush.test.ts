import { constants } from 'node:zlib';
import { expect, test } from 'vitest';
import { Z_SYNC_FLUSH } from '../../../../src/transport/ws/deflate/sync-flush.js';

test("is zlib's own", () => {
  expect(Z_SYNC_FLUSH).toBe(constants.Z_SYNC_FLUSH);
});
