import { expect, test } from 'vitest';
import { type DashboardOptions, DEFAULTS, resolveDashboard } from '../../../src/inspect/dashboard/options.js';

test('without options the defaults hold', () => {
  expect(resolveDashboard({})).toEqual(DEFAULTS);
});

test.each<[DashboardOptions, string]>([
  [{ path: 'inspect' }, 'path is "inspect"; allowed are paths such as "/_wirekeeper", without a final slash'],
  [{ path: '/' }, 'path is "/"; allowed'],
  [{ path: '/a/' }, 'path is "/a/"; allowed'],
  [{ path: '/a/../b' }, 'path is "/a/../b"; allowed'],
  [{ path: '/a?b' }, 'path is "/a?b"; allowed'],
  [{ token: 'short' }, 'token is not allowed (its value is not shown); allowed are 16 to 200 printable ASCII'],
  [{ token: 'with a space in the middle' }, 'token is not allowed'],
  [{ authorize: true as never }, 'authorize is true; it must be a function'],
  [{ authorize: () => true, token: 'x'.repeat(16) }, 'authorize is given together with token; give one of them'],
  [{ actions: 'yes' as never }, 'actions is "yes"; allowed are true and false'],
  [{ onAction: 1 as never }, 'onAction is 1; it must be a function'],
  [{ showReasons: 1 as never }, 'showReasons is 1; allowed are true and false'],
  [{ maxViewers: 0 }, 'maxViewers is 0; allowed are whole numbers from 1 to 1,000'],
  [{ maxEndings: 1e9 }, 'maxEndings is 1000000000; allowed are whole numbers from 1 to 100,000'],
  [{ cluster: 5 as never }, 'cluster is 5; it must be an object'],
  [{ clock: {} as never }, 'clock has no method setTimeout'],
  [{ tokens: '' } as never, 'tokens is not an option; did you mean token?'],
])('%j is refused: %s', (options, message) => {
  expect(() => resolveDashboard(options)).toThrow(`createDashboard: ${message}`);
});

test('an error about the token does not show it', () => {
  expect(() => resolveDashboard({ token: 'hunter2' })).not.toThrow('hunter2');
});
