import { expect, test } from 'vitest';
import { rotateUrls } from '../../../src/supervisor/dialer/rotate-urls.js';
import { OptionError } from '../../../src/transport/errors.js';
import { aReport } from '../../support/reports.js';

const [A, B, C] = ['wss://a.example/feed', 'wss://b.example/feed', 'wss://c.example/feed'] as const;

test('goes round, starting with the first', () => {
  const url = rotateUrls([A, B, C]);
  const seen: string[] = [];
  let previousUrl: string | undefined;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    previousUrl = url({ previousUrl, refresh: false });
    seen.push(previousUrl);
  }
  expect(seen).toEqual([A, B, C, A, B]);
});

test('stays at the URL when only the credential was refused', () => {
  expect(rotateUrls([A, B])({ previousUrl: A, refresh: true })).toBe(A);
});

test('goes on when the URL could not be reached with the fresh credential', () => {
  const previousReport = aReport({ trigger: 'dial-failed', phase: 'connecting' });
  const { openedAt, ...unreached } = previousReport;
  expect(openedAt).toBeUndefined();
  expect(rotateUrls([A, B])({ previousUrl: A, refresh: true, previousReport: unreached })).toBe(B);
  expect(
    rotateUrls([A, B])({
      previousUrl: A,
      refresh: true,
      previousReport: { ...unreached, trigger: 'refused', httpStatus: 401 },
    }),
  ).toBe(A);
});

test('may be shared: the place of one dialer does not move that of another', () => {
  const url = rotateUrls([A, B]);
  url({ previousUrl: A, refresh: false });
  expect(url({ previousUrl: undefined, refresh: false })).toBe(A);
});

test('starts again when the last attempt went elsewhere', () => {
  expect(rotateUrls([A, B])({ previousUrl: C, refresh: false })).toBe(A);
  expect(rotateUrls([A, B])({ previousUrl: C, refresh: true })).toBe(A);
});

test('recognises a URL however it is written, and counts it once', () => {
  const url = rotateUrls([new URL('wss://a.example'), 'WSS://a.example:443/', B]);
  expect(url({ previousUrl: 'wss://a.example/', refresh: false })).toBe(B);
});

test.each([[[]], [['https://a.example']], [[A, 'nowhere']]])('refuses %j', (urls) => {
  expect(() => rotateUrls(urls)).toThrow(OptionError);
});
