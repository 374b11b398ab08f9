import { expect, test } from 'vitest';
import { RoutePaths } from '../../../src/adapters/fastify/route-paths.js';

const paths = new RoutePaths();
for (const url of ['/live', '/rooms/:name', '/files/*', '/at/:x?']) paths.add(url);

test.each([
  '/live',
  '/live/',
  '/LIVE?a=1',
  '//live',
  '/l%69ve',
  'http://host/live?a=1',
  '/rooms/tea',
  '/rooms/tea%',
  '/files/a/b',
  '/at',
  '/at/5',
])('%s may be one of theirs', (target) => {
  expect(paths.mayMatch(target)).toBe(true);
});

test.each(['/', '/lives', '/hmr', '/socket.io/?EIO=4', '/file', 'http://live/'])('%s is none of theirs', (target) => {
  expect(paths.mayMatch(target)).toBe(false);
});
