/**
 * What a consumer may do with a dialer. Only compiled: against the source, and against the packed package.
 */
import type { Dialer, Frame, Supervisor } from 'wirekeeper';

export function needsNoHandler(supervisor: Supervisor): Dialer {
  const dialer = supervisor.dial({ url: 'ws://localhost/' });
  dialer.frames$.subscribe((frame: Frame) => frame.text());
  // @ts-expect-error only its connections give it frames
  dialer.frames$.next({ data: Buffer.from('x'), isBinary: false });
  return dialer;
}
