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
