import { expect, test } from 'vitest';
import { maskedUrl } from '../../src/transport/masked-url.js';

test.each([
  // given                                     shown
  ['wss://example.com/path', 'wss://example.com/path'],
  ['WSS://EXAMPLE.com:443/@scope/a@b', 'WSS://EXAMPLE.com:443/@scope/a@b'],
  ['wss://name:secret@example.com/path', 'wss://***@example.com/path'],
  ['wss://secret@example.com', 'wss://***@example.com/'],
  ['wss://:secret@example.com', 'wss://***@example.com/'],
  ['wss://name:se%40secret@example.com', 'wss://***@example.com/'],
  ['wss://name:se@secret@example.com', 'wss://***@example.com/'],
  [' wss://name:secret@example.com ', 'wss://***@example.com/'],
  ['ws:name:secret@example.com', 'ws://***@example.com/'],
  ['foo://name:secret@example.com', 'foo://***@example.com'],
  ['wss://example.com/feed?token=secret', 'wss://example.com/feed?...'],
  ['wss://example.com/feed?token=se?cret#part', 'wss://example.com/feed?...#part'],
  ['wss://example.com/#access_token=secret', 'wss://example.com/#...'],
  ['wss://name:secret@example.com/?token=secret', 'wss://***@example.com/?...'],
  // None of these can be parsed as it was meant.
  ['name:secret@example.com', '***@example.com'],
  ['name:secret@example.com?token=secret', '***@example.com?...'],
  ['//name:secret@example.com', '//***@example.com'],
  ['wss://name:se#secret@example.com:port/', 'wss://***@example.com:port/'],
  ['wss://name:se?secret@example.com:port/', 'wss://***@example.com:port/'],
  ['wss://name:se/secret@exa mple.com', 'wss://***@exa mple.com'],
  ['\twss://name:secret@exa mple.com', 'wss://***@exa mple.com'],
  ['\\\\name:secret@example.com', '\\\\***@example.com'],
  ['wss://name:se\ncret@exa mple.com', 'wss://***@exa mple.com'],
  ['/feed?token=secret', '/feed?...'],
  ['localhost:8080', 'localhost:8080'],
  ['', ''],
])('%j is shown as %s', (given, shown) => {
  expect(maskedUrl(given)).toBe(shown);
});
