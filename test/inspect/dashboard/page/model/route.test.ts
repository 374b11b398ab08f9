import { expect, test } from 'vitest';
import {
  connectionHash,
  hashOf,
  type Route,
  routeOf,
  tokenOf,
} from '../../../../../src/inspect/dashboard/page/model/route.js';

test.each<Route>([
  { view: 'overview' },
  { view: 'connections', query: {} },
  {
    view: 'connections',
    query: { search: 'a b&c=#/é', state: 'open', minBufferedBytes: 1024, sort: { by: 'bytesIn', descending: true } },
  },
  { view: 'endings', query: { trigger: 'liveness-lost', code: 1006, sort: { by: 'endedAt', descending: false } } },
  { view: 'subject', subject: { machine: 'connection', connectionId: '<img src=x>/../?#%' } },
  { view: 'subject', subject: { machine: 'dialer', supervisor: 's1', childId: 'feed/1' } },
  { view: 'subject', subject: { machine: 'supervisor', supervisor: 's2' } },
])('an address says all of a route: %j', (route) => {
  expect(routeOf(hashOf(route))).toEqual(route);
});

test.each(['', '#', '#/nowhere', '#/connection', '#/connection/', '#/dialer/s1'])('%j is the overview', (hash) => {
  expect(routeOf(hash)).toEqual({ view: 'overview' });
});

test('an address that is badly encoded stands for itself', () => {
  expect(routeOf('#/connection/%zz')).toEqual({
    view: 'subject',
    subject: { machine: 'connection', connectionId: '%zz' },
  });
});

test('parameters that no query has are left out', () => {
  expect(routeOf('#/connections?state=open&token=x&code=abc&__proto__=y')).toEqual({
    view: 'connections',
    query: { state: 'open' },
  });
});

test('a connection has an address by its id', () => {
  expect(connectionHash('c 1')).toBe('#/connection/c%201');
});

test.each([
  ['#token=correct-horse', 'correct-horse'],
  ['#token=%23%25', '#%'],
  ['#token=%', '%'],
  ['#token=', undefined],
  ['#/connections?token=x', undefined],
  ['', undefined],
])('the token of the link %j is %j', (hash, token) => {
  expect(tokenOf(hash)).toBe(token);
});
