import { expect, test } from 'vitest';
import { banner, urlsOf } from '../../../src/cli/serve/banner.js';
import { planOf } from '../../../src/cli/serve/plan.js';

const place = { host: '0.0.0.0', port: 8080, isSecure: false };
const standard = await planOf({});

test('says where the default service is, and what to try', () => {
  expect(banner(standard, place, 'wirekeeper').split('\n')).toEqual([
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
  const text = banner({ listeners: [], dialers: [{ id: 'feed', url: 'ws://example.com/' }] }, place, 'wirekeeper');
  expect(text).toContain('  Dialer feed keeps a connection to ws://example.com/\n');
  expect(text).not.toContain('wirekeeper dial');
});

test('says where the dashboard and the metrics are, if there are any', () => {
  const http = 'http://127.0.0.1:8080';
  const text = banner(standard, place, 'wirekeeper', {
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
  const text = banner({ listeners: [{ paths: ['/rooms/*'], does: 'has rooms' }], dialers: [] }, place, 'wirekeeper');
  expect(text).toContain('  wirekeeper dial ws://127.0.0.1:8080/rooms/lobby\n');
});

test('lists the URLs of every path', () => {
  expect(urlsOf({ paths: ['/a', '/b/*'] }, place)).toEqual(['ws://127.0.0.1:8080/a', 'ws://127.0.0.1:8080/b/*']);
});

test('names wss and https where the service has a certificate, and fills in parameters to try', () => {
  const secure = { ...place, isSecure: true };
  const text = banner({ listeners: [{ paths: ['/b/:name'], does: 'runs' }], dialers: [] }, secure, 'wirekeeper');
  expect(text).toContain('wirekeeper listens on https://127.0.0.1:8080\n\n  wss://127.0.0.1:8080/b/:name  runs\n');
  expect(text).toContain('  wirekeeper dial wss://127.0.0.1:8080/b/lobby\n');
  expect(text).toContain('  curl -i https://127.0.0.1:8080/healthz\n');
});
