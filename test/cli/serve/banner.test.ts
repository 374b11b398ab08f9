import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../../src/cli/config/config.js';
import { banner, urlsOf } from '../../../src/cli/serve/banner.js';

const place = { host: '0.0.0.0', port: 8080 };

test('says where the default service is, and what to try', () => {
  expect(banner(DEFAULT_CONFIG, place, 'wirekeeper').split('\n')).toEqual([
    'wirekeeper listens on http://127.0.0.1:8080',
    '',
    '  ws://127.0.0.1:8080/echo          sends every message back',
    '  ws://127.0.0.1:8080/rooms/<name>  sends every message to the others of its room',
    '',
    'Try, in another terminal:',
    '  wirekeeper dial ws://127.0.0.1:8080/echo',
    '  echo hello | wirekeeper dial --once ws://127.0.0.1:8080/echo',
    '  curl -i http://127.0.0.1:8080/healthz',
    '  curl -i http://127.0.0.1:8080/readyz',
    '',
    'Ctrl-C closes every connection and ends the service; a second one does not wait for slow peers.',
    '',
    '',
  ]);
});

test('names dialers, and proposes no URL where there is none', () => {
  const text = banner(
    { listeners: [], dialers: [{ id: 'feed', url: 'ws://example.com/', behaviour: 'log' }] },
    place,
    'wirekeeper',
  );
  expect(text).toContain('  Dialer feed keeps a connection to ws://example.com/\n');
  expect(text).not.toContain('wirekeeper dial');
});

test('says where the dashboard and the metrics are, if there are any', () => {
  const http = 'http://127.0.0.1:8080';
  const text = banner(DEFAULT_CONFIG, place, 'wirekeeper', {
    dashboard: `${http}/_wirekeeper/`,
    metrics: `${http}/metrics`,
  });
  expect(text.split('\n').slice(2, 6)).toEqual([
    '  ws://127.0.0.1:8080/echo            sends every message back',
    '  ws://127.0.0.1:8080/rooms/<name>    sends every message to the others of its room',
    '  http://127.0.0.1:8080/_wirekeeper/  shows them in a browser',
    '  http://127.0.0.1:8080/metrics       measures them for Prometheus',
  ]);
});

test('a room to try has a name', () => {
  const text = banner({ listeners: [{ path: '/rooms/*', behaviour: 'rooms' }], dialers: [] }, place, 'wirekeeper');
  expect(text).toContain('  wirekeeper dial ws://127.0.0.1:8080/rooms/lobby\n');
});

test('lists the URLs of every path', () => {
  expect(urlsOf({ path: ['/a', '/b/*'], behaviour: 'echo' }, place)).toEqual([
    'ws://127.0.0.1:8080/a',
    'ws://127.0.0.1:8080/b/*',
  ]);
});
