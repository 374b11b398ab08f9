import { expect, test } from 'vitest';
import { Admission, type AdmissionOwner, NO_ROOM } from '../../src/supervisor/admission.js';
import type { SupervisorEvent } from '../../src/supervisor/events.js';
import type { ListenOptions } from '../../src/supervisor/listener.js';
import { resolveListen } from '../../src/supervisor/resolve-listen.js';
import { resolveSupervisor } from '../../src/supervisor/resolve-supervisor.js';
import { aHome } from '../support/a-home.js';
import { FakeUpgrade } from '../support/fake-transport.js';
import { settled } from '../support/settled.js';

function anAdmission(options: Partial<ListenOptions<unknown>> = {}, owner: Partial<AdmissionOwner> = {}) {
  const { shared, events, clock } = aHome();
  const accepted: unknown[] = [];
  let inFlight = 0;
  const settings = resolveListen({ port: 0, handler: () => {}, ...options }, resolveSupervisor({}), () => 'door');
  const admission = new Admission(
    {
      id: 'door',
      shared,
      closedFault: () => undefined,
      hasRoom: () => true,
      refused: () => {},
      handshakes: (by) => {
        inFlight += by;
      },
      accept: (_upgrade, _request, { data }) => accepted.push(data),
      ...owner,
    },
    settings,
  );
  const decide = (upgrade = new FakeUpgrade({ url: '/' })) => {
    admission.decide(upgrade);
    return upgrade;
  };
  const why = () => events.flatMap((event: SupervisorEvent) => (event.type === 'handshake.refused' ? [event.why] : []));
  return { admission, accepted, decide, why, clock, inFlight: () => inFlight };
}

test('lets in at once who needs no credential', () => {
  const { accepted, decide } = anAdmission();
  decide();
  expect(accepted).toEqual([undefined]);
});

test('asks nothing more of one who comes while nobody is let in', () => {
  const { accepted, decide, why } = anAdmission(
    {
      origins: () => {
        throw new Error('was asked');
      },
    },
    { closedFault: () => ({ answer: NO_ROOM, why: 'suspended' }) },
  );
  expect(decide().answer?.status).toBe(503);
  expect([accepted, why()]).toEqual([[], ['suspended']]);
});

test('closed, it refuses those who wait for their credential to be looked at', async () => {
  const { admission, accepted, decide, why, inFlight } = anAdmission({ authenticate: () => new Promise(() => {}) });
  const upgrade = decide();
  expect(inFlight()).toBe(1);
  admission.close();
  await settled();
  expect([upgrade.answer?.status, why(), inFlight(), accepted]).toEqual([503, ['stopped'], 0, []]);
});

test('a credential granted when nobody is let in any more is refused', async () => {
  let isClosed = false;
  let grant = (_granted: { readonly data: string }) => {};
  const { accepted, decide, why } = anAdmission(
    { authenticate: () => new Promise((resolve) => (grant = resolve)) },
    { closedFault: () => (isClosed ? { answer: NO_ROOM, why: 'draining' } : undefined) },
  );
  decide();
  isClosed = true;
  grant({ data: 'mine' });
  await settled();
  expect([accepted, why()]).toEqual([[], ['draining']]);
});

test('on a shared server it wants only its own paths, unless it is to refuse the others', () => {
  const request = new FakeUpgrade({ url: '/other?x=1' }).request;
  const server = {} as NonNullable<ListenOptions['server']>;
  const wants = (options: Partial<ListenOptions<unknown>>) => anAdmission({ port: undefined, server, path: '/mine', ...options }).admission.wants(request);
  expect([wants({}), wants({ unmatched: 'refuse' }), wants({ path: '/other' })]).toEqual([false, true, true]);
});
