import type { DialOptions } from '../../src/supervisor/api/dial-options.js';
import type { DialAttempt, DialerStatus, RetryContext } from '../../src/supervisor/api/dialer.js';
import type { SupervisorOptions } from '../../src/supervisor/api/supervisor.js';
import type { WireEnd } from '../../src/transport/wire-fact.js';
import { aSupervisor } from './a-supervisor.js';
import type { FakeWire } from './fake-wire.js';
import { settled } from './settled.js';

export const A = 'ws://a.example/';
export const B = 'ws://b.example/';
export const BACKOFF = { initialMs: 100, maxMs: 100, factor: 1, stableAfterMs: 1_000, firstWithinMs: 100 };
/** Past any backoff. */
export const LATER = 250;
export const HOUR = 3_600_000;
export const REFUSED: Partial<WireEnd> = { kind: 'refused', httpStatus: 503 };

/** A dialer, and what it has asked and shown. */
export function aDialer(options: Partial<DialOptions> = {}, supervisorOptions: SupervisorOptions = {}) {
  const fixture = aSupervisor(supervisorOptions);
  const attempts: DialAttempt[] = [];
  const judged: (readonly [epoch: number | undefined, attempt: number, context: RetryContext])[] = [];
  const finish = new Map<number, (error?: Error) => void>();
  const dialer = fixture.supervisor.dial({
    id: 'feed',
    url: A,
    headers: (attempt) => {
      attempts.push(attempt);
      return {};
    },
    backoff: BACKOFF,
    retry: (report, attempt, context) => {
      judged.push([report.epoch, attempt, context]);
      return { afterMs: 100 };
    },
    handler: (connection) =>
      new Promise<void>((resolve, reject) => {
        finish.set(connection.epoch ?? 0, (error) => (error === undefined ? resolve() : reject(error)));
        void connection.closed.then(() => resolve());
      }),
    ...options,
  });
  const wires = () => fixture.transport.dials.map(({ wire }) => wire);
  const urls = () => fixture.transport.dials.map(({ request }) => request.url);
  /** The attempt under way opens. */
  const open = async (): Promise<FakeWire> => {
    await settled();
    const wire = fixture.transport.lastWire;
    wire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    await settled();
    return wire;
  };
  /** The attempt under way fails, and its backoff passes. */
  const fails = async (end: Partial<WireEnd> = REFUSED): Promise<void> => {
    await settled();
    fixture.transport.lastWire.emitClosed(end);
    await settled();
    await fixture.clock.advanceAsync(LATER);
    await settled();
  };
  const statuses = (): DialerStatus[] =>
    fixture.events.flatMap((event) =>
      event.type === 'dialer.status' && event.childId === 'feed' ? [event.status] : [],
    );
  const epochs = () => statuses().map((status) => (status.type === 'up' ? status.connection.epoch : status.type));
  return { ...fixture, dialer, attempts, judged, finish, wires, urls, open, fails, statuses, epochs };
}

/** The closing handshake of a connection that is being closed. */
export function answer(wire: FakeWire): void {
  wire.emitClosing();
  wire.emitClosed();
}
