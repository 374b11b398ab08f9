import { expect, test } from 'vitest';
import { createSupervisor } from '../../../../src/index.js';
import { downloadOf, makeDownload, subjectAt } from '../../../../src/inspect/dashboard/detail/download.js';
import type { SubjectRef } from '../../../../src/inspect/dashboard/protocol/detail.js';
import { aReport } from '../../../support/reports.js';

test.each<SubjectRef>([
  { machine: 'connection', connectionId: 'c1' },
  { machine: 'connection', connectionId: 'a/b ../%' },
  { machine: 'dialer', supervisor: 'service/a%2Fb', childId: 'dialer 1' },
  { machine: 'supervisor', supervisor: 'service/a%2Fb' },
])('%j has a path, and is found at it', (subject) => {
  const path = downloadOf(subject);
  expect(path).toMatch(/^[\w/%.-]+\.json$/);
  expect(subjectAt(`/${path}`)).toEqual(subject);
});

test.each(['/', '/connection/c1', '/connection/a/b.json', '/dialer/a.json', '/other/a.json', '/connection/%.json'])(
  'at %s there is none',
  (path) => {
    expect(subjectAt(path)).toBeUndefined();
  },
);

test('has the facts and the report, without what is not shown', async () => {
  await using top = createSupervisor({ name: 'top', liveness: false });
  const report = aReport({ connectionId: 'c1', code: 4001, reason: 'hunter2' });
  const places = { top, ending: (id: string) => (id === 'c1' ? report : undefined), timelineOf: () => undefined };
  const made = makeDownload({ machine: 'connection', connectionId: 'c1' }, places, false);
  expect(made?.name).toBe('c1');
  expect(JSON.parse(made?.body ?? '')).toMatchObject({
    presence: 'ended',
    path: 'closed',
    report: { code: 4001, reason: '' },
  });
  expect(made?.body).not.toContain('hunter2');
  expect(makeDownload({ machine: 'connection', connectionId: 'c2' }, places, false)).toBeUndefined();
  const whole = makeDownload({ machine: 'supervisor', supervisor: 'top' }, places, false);
  expect(JSON.parse(whole?.body ?? '')).toMatchObject({ machine: 'supervisor', presence: 'live', path: 'running' });
});

test('is the timeline where there is one', async () => {
  await using top = createSupervisor({ name: 'top', liveness: false });
  const timeline = { version: 1, machine: 'supervisor', entries: [] } as never;
  const made = makeDownload(
    { machine: 'supervisor', supervisor: 'top' },
    { top, ending: () => undefined, timelineOf: ({ handle }) => (handle === top ? timeline : undefined) },
    false,
  );
  expect(JSON.parse(made?.body ?? '')).toEqual(timeline);
});
