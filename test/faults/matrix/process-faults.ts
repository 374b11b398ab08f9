import {
  CALLED_OFF,
  CLIENT_GONE,
  cutShort,
  ENDED_FIRST,
  type Fault,
  HUNG_UP,
  harmless,
  lost,
  NO_CLOSE,
  neverOpened,
  SILENT,
} from './table.js';

/** What is done to the process of the peer. */
export type PeerSignal = 'SIGSTOP' | 'SIGSTOP, SIGCONT' | 'SIGKILL';

/** The faults of the peer's process. */
export const PROCESS_FAULTS: readonly Fault<PeerSignal>[] = [
  {
    name: 'SIGSTOP of the peer',
    how: "The peer's process is stopped. Its kernel goes on taking bytes.",
    strike: 'SIGSTOP',
    rows: [
      {
        phase: 'connecting',
        role: 'dialed',
        outcome: neverOpened('open-deadline', 'local', CALLED_OFF),
        within: 'openWithinMs',
        why: 'The server has the request, and answers nothing.',
      },
      {
        phase: 'connecting',
        role: 'accepted',
        outcome: lost('liveness-lost'),
        within: 'pingEveryMs + answerWithinMs',
        why: "The client's kernel takes the 101: for this side the connection is open, and its peer is silent.",
      },
      SILENT,
      {
        phase: 'closing',
        outcome: cutShort('close-deadline'),
        within: 'closeWithinMs',
        why: 'The peer has our Close, and answers nothing.',
      },
    ],
  },
  {
    name: 'SIGSTOP and SIGCONT of the peer',
    how: "The peer's process is stopped for a second, in which Pings fall due.",
    strike: 'SIGSTOP, SIGCONT',
    rows: harmless('second', {
      connecting: 'The answer comes late, and within `openWithinMs`.',
      open: 'The Pongs come late, and within `answerWithinMs`.',
      closing: "The peer's Close comes late, and within `closeWithinMs`.",
    }),
  },
  {
    name: 'SIGKILL of the peer',
    how: "The peer's process is ended at once. Its kernel sends a FIN: it had read everything.",
    strike: 'SIGKILL',
    rows: [
      HUNG_UP,
      CLIENT_GONE,
      {
        phase: 'open',
        outcome: lost('socket-ended', NO_CLOSE),
        within: 'at once',
        why: 'A FIN is no Close. Had the peer left bytes unread, its kernel would send a reset: `socket-error`, `ECONNRESET`.',
      },
      ENDED_FIRST,
    ],
  },
];
