/**
 * What a consumer may do with a dialer. Only compiled: against the source, and against the packed package.
 */
import type { Agent } from 'node:http';
import type { Dialer, Frame, Supervisor } from 'wirekeeper';

export function needsNoHandler(supervisor: Supervisor): Dialer {
  const dialer = supervisor.dial({ url: 'ws://localhost/' });
  dialer.frames$.subscribe((frame: Frame) => frame.text());
  // @ts-expect-error only its connections give it frames
  dialer.frames$.next({ data: Buffer.from('x'), isBinary: false });
  return dialer;
}

export function throughAnything(supervisor: Supervisor, agent: Agent): void {
  supervisor.dial({ url: 'wss://a.test/', agent });
  supervisor.dial({ url: 'wss://a.test/', proxy: 'environment', tcp: { family: 4 }, redirects: 2 });
  supervisor.dial({ url: 'wss://a.test/', proxy: new URL('socks5h://proxy') });
  supervisor.dial({ url: 'wss://a.test/', tls: async ({ attempt }) => ({ passphrase: String(attempt) }) });
  supervisor.dial({ url: 'wss://a.test/', ready: 'handler', handler: (connection) => connection.ready() });
  // @ts-expect-error there is no third way
  supervisor.dial({ url: 'wss://a.test/', ready: 'later', handler: () => {} });
  // @ts-expect-error a family is 4 or 6
  supervisor.dial({ url: 'wss://a.test/', tcp: { family: 5 } });
}

export function itMakesBeforeItBreaks(supervisor: Supervisor): void {
  const dialer = supervisor.dial({
    url: 'wss://localhost/',
    maxAgeMs: 24 * 3_600_000,
    protocols: async ({ attempt }) => ['v1', `token.${attempt}`],
  });
  const options: Parameters<Dialer['redial']>[0] = { overlap: true, url: new URL('wss://localhost/resume') };
  dialer.redial(options);
  dialer.redial({ code: 4000, reason: 'as asked' });
  dialer.redial('as asked');
  // @ts-expect-error it is a boolean
  dialer.redial({ overlap: 'yes' });
  // @ts-expect-error where to dial is no matter of a stop
  void dialer.stop({ url: 'wss://localhost/' });
  void dialer.stop({ code: 4000 });
}

export function itHasTheDialLimitOfItsService(supervisor: Supervisor): Promise<Supervisor> {
  return supervisor.supervise({
    id: 'exchange',
    dialLimiter: { perSecond: 0.2, windows: [{ count: 20, perMs: 3_600_000 }] },
  });
}
