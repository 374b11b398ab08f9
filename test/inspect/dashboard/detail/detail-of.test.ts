import { expect, test } from 'vitest';
import { createSupervisor } from '../../../../src/index.js';
import { factsOf, find } from '../../../../src/inspect/dashboard/detail/detail-of.js';
import type { SubjectRef } from '../../../../src/inspect/dashboard/protocol/detail.js';
import { createMemoryTransport } from '../../../../src/testing/memory-transport.js';
import { aReport } from '../../../support/reports.js';

test('finds dialers and supervisors by their place, and connections by id, ended ones included', async () => {
  await using top = createSupervisor({ name: 'top', transport: createMemoryTransport(), liveness: false });
  const dialer = top.dial({ id: 'feed', url: 'ws://memory:1/' });
  const report = aReport({ connectionId: 'c0' });
  const places = { top, ending: (id: string) => (id === 'c0' ? report : undefined) };
  expect(find(places, { machine: 'dialer', supervisor: 'top', childId: 'feed' })?.handle).toBe(dialer);
  expect(find(places, { machine: 'supervisor', supervisor: 'top' })?.handle).toBe(top);
  expect(find(places, { machine: 'connection', connectionId: 'c0' })?.report).toBe(report);
  const others: SubjectRef[] = [
    { machine: 'connection', connectionId: 'none' },
    { machine: 'dialer', supervisor: 'top', childId: 'none' },
    { machine: 'supervisor', supervisor: 'none' },
  ];
  expect(others.map((subject) => find(places, subject))).toEqual([undefined, undefined, undefined]);
});

test('the inner part of a state is shown only while it fits the outer one', () => {
  const subject = { machine: 'supervisor', supervisor: 'top' } as const;
  const handle = { kind: 'supervisor', state: 'stopping' } as never;
  const pathOf = (seen: string | undefined) => factsOf(subject, { handle, report: undefined }, seen, false).path;
  expect([pathOf('stopping.asked'), pathOf('running'), pathOf(undefined)]).toEqual([
    'stopping.asked',
    'stopping',
    'stopping',
  ]);
});

test('a dialer has its present and its last connection', () => {
  const subject = { machine: 'dialer', supervisor: 'top', childId: 'feed' } as const;
  const dialer = { kind: 'dialer', state: 'up', connection: { id: 'c2' }, lastReport: { connectionId: 'c1' } };
  const facts = factsOf(subject, { handle: dialer as never, report: undefined }, 'up', false);
  expect(facts).toMatchObject({ presence: 'live', path: 'up', connectionIds: ['c2', 'c1'] });
});
