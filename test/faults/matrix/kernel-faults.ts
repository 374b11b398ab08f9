import { CALLED_OFF, cutShort, type Fault, lost, neverOpened, type Row, UNHARMED } from './table.js';

/** A command of `ip`, for the network namespace of one side, and the one that takes it back. */
export interface KernelStrike {
  readonly where: 'ours' | 'theirs';
  readonly on: readonly string[];
  readonly off: readonly string[];
}

/** The two ends of the link, and their addresses. */
export const LINK = {
  ours: { device: 'wk-ours', address: '10.255.77.1' },
  theirs: { device: 'wk-theirs', address: '10.255.77.2' },
} as const;

/** Without TLS: the test's certificate is for loopback. */
const silent = (why: string): Row<KernelStrike>[] => [
  {
    phase: 'connecting',
    role: 'dialed',
    protocol: 'plain',
    outcome: neverOpened('open-deadline', 'local', CALLED_OFF),
    within: 'openWithinMs',
    why,
  },
  {
    phase: 'connecting',
    role: 'accepted',
    protocol: 'plain',
    outcome: lost('liveness-lost'),
    within: 'pingEveryMs + answerWithinMs',
    why,
  },
  { phase: 'open', protocol: 'plain', outcome: lost('liveness-lost'), within: 'pingEveryMs + answerWithinMs', why },
  { phase: 'closing', protocol: 'plain', outcome: cutShort('close-deadline'), within: 'closeWithinMs', why },
];

/** Faults that the kernel makes, on a link between two network namespaces. */
export const KERNEL_FAULTS: readonly Fault<KernelStrike>[] = [
  {
    name: 'the link is down',
    how: "The peer's end of the link is taken down: nothing passes, and nothing is answered, not even by the kernel.",
    strike: {
      where: 'theirs',
      on: ['link', 'set', LINK.theirs.device, 'down'],
      off: ['link', 'set', LINK.theirs.device, 'up'],
    },
    rows: silent('Nothing comes, and the kernel goes on trying for many minutes.'),
  },
  {
    name: 'a blackhole route of the peer',
    how: "The peer's kernel drops what it sends to this side, the acknowledgements of TCP included.",
    strike: {
      where: 'theirs',
      on: ['route', 'add', 'blackhole', LINK.ours.address],
      off: ['route', 'del', 'blackhole', LINK.ours.address],
    },
    rows: silent('Nothing comes, and the kernel goes on trying for many minutes.'),
  },
  {
    name: 'an unreachable route of our own',
    how: "This side's kernel has no way to the peer any more.",
    strike: {
      where: 'ours',
      on: ['route', 'add', 'unreachable', LINK.theirs.address],
      off: ['route', 'del', 'unreachable', LINK.theirs.address],
    },
    rows: [
      {
        phase: 'connecting',
        role: 'dialed',
        protocol: 'plain',
        moment: 'first',
        outcome: neverOpened('dial-failed', 'network', 'EHOSTUNREACH'),
        within: 'at once',
        why: 'The system says so to who connects.',
      },
      ...silent('The system says nothing to who is connected: TCP goes on trying.').slice(1, -1),
      {
        phase: 'closing',
        protocol: 'plain',
        outcome: UNHARMED,
        within: 'closeWithinMs',
        why: "Our Close had left before, and the peer's comes: it makes no difference that TCP cannot be ended.",
      },
    ],
  },
];
