import { createSupervisor } from '../../../src/supervisor/create-supervisor.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import type { CloseFrame, CloseReport } from '../../../src/transport/close-report.js';
import { LIMITS } from '../../transport/ws/byte-streams.js';
import type { Role } from '../peer.js';
import { ByteLink } from './byte-link.js';
import { type ByteNetwork, ByteTransport } from './byte-transport.js';

/** How one connection took a stream of bytes. */
export interface Verdict {
  /** The messages that its handler has received. */
  readonly messages: readonly (readonly ['text' | 'binary', string])[];
  /** The Close frame that the peer has received. */
  readonly close: CloseFrame | undefined;
  readonly report: Pick<
    CloseReport,
    'trigger' | 'code' | 'startedBy' | 'outcome' | 'wasClean' | 'sent' | 'received' | 'framesIn' | 'bytesIn'
  >;
}

const CLOSE_WITHIN_MS = 1_000;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Opens a supervised connection over a real wire, and has the peer send bytes, a slice in a turn of the event loop, and
 * end TCP.
 */
export async function verdictOn(role: Role, slices: readonly Buffer[]): Promise<Verdict> {
  const clock = createHeapClock();
  const links: ByteLink[] = [];
  const network: ByteNetwork = {
    now: () => clock.now(),
    linked: (link) => links.push(link),
    dialed: (dial) => {
      const link = new ByteLink(dial.key, 'dialed');
      links.push(link);
      queueMicrotask(() => dial.opens(link));
    },
  };
  const transport = new ByteTransport(network);
  const limits = { ...LIMITS, closeWithinMs: CLOSE_WITHIN_MS };
  const supervisor = createSupervisor({ clock, transport, limits, liveness: false, keepAlive: false });
  const messages: [kind: 'text' | 'binary', payload: string][] = [];
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const handler = async (connection: AsyncIterable<{ readonly data: Buffer; readonly isBinary: boolean }>) => {
    open();
    for await (const { data, isBinary } of connection)
      messages.push([isBinary ? 'binary' : 'text', data.toString('latin1')]);
  };
  if (role === 'accepted') {
    const listener = await supervisor.listen({ port: 0, handler });
    transport.connect(listener.address?.port ?? 0, 'client');
  } else {
    supervisor.dial({ url: 'ws://example.com/server', restart: 'temporary', retry: () => 'stop', handler });
  }
  await opened;
  const [link] = links;
  if (link === undefined) throw new Error('nothing was opened');
  for (const slice of slices) {
    link.sendBytes(slice);
    link.deliver(slice.length);
    await turn();
  }
  // The reader lets others have a turn now and then.
  for (let n = 0; n < 8; n += 1) await turn();
  link.fin();
  for (let n = 0; supervisor.endings.length === 0; n += 1) {
    if (n > 100) throw new Error(`it does not end: ${JSON.stringify(supervisor)}`);
    link.deliver(1);
    await turn();
    if (n > 8) clock.advance(CLOSE_WITHIN_MS);
  }
  await supervisor.stop();
  const [report] = supervisor.endings;
  if (report === undefined || supervisor.endings.length > 1) throw new Error('there is one report');
  const { trigger, code, startedBy, outcome, wasClean, sent, received, framesIn, bytesIn } = report;
  return {
    messages,
    close: link.close,
    report: {
      ...{ trigger, code, startedBy, outcome, wasClean, framesIn, bytesIn },
      ...(sent === undefined ? {} : { sent }),
      ...(received === undefined ? {} : { received }),
    },
  };
}
