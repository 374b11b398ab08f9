import type { StreamFault } from '../chaos-proxy.js';
import type { Place } from './cell.js';
import type { Network } from './network.js';
import {
  ACCEPTANCE_LOST,
  ANSWER_LOST,
  CALLED_OFF,
  CLIENT_GONE,
  CLOSE_LOST,
  cutShort,
  ENDED_FIRST,
  type Fault,
  failed,
  HUNG_UP,
  harmless,
  lost,
  NO_CLOSE,
  neverOpened,
  refused,
  SILENT,
  UNSEEN,
  UNSEEN_LATE,
} from './table.js';

type Strike = (network: Network, place: Place) => void;

const inbound = (fault: StreamFault) => (network: Network) => network.inbound.set(fault);
const outbound = (fault: StreamFault) => (network: Network) => network.outbound.set(fault);
const both = (fault: StreamFault) => (network: Network) => {
  network.inbound.set(fault);
  network.outbound.set(fault);
};

const BAD_RECORD = 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC';
/** A bit of the first byte of a frame, or of an HTTP head; over TLS, of the first byte that a record encrypts. */
const flipped = ({ protocol }: Place): StreamFault =>
  protocol === 'TLS' ? { kind: 'flip', atByte: 5, mask: 1 } : { kind: 'flip', atByte: 0, mask: 0x40 };

/** The faults of the network, which the chaos proxy makes. */
export const NETWORK_FAULTS: readonly Fault<Strike>[] = [
  {
    name: 'latency',
    how: 'Every byte takes 60 ms longer, both ways.',
    strike: both({ kind: 'latency', ms: 60 }),
    rows: harmless('first', {
      connecting: 'The opening handshake takes longer, and stays within its deadline.',
      open: 'Pongs come late, and within `answerWithinMs`.',
      closing: 'The closing handshake takes a round trip more.',
    }),
  },
  {
    name: 'slow drip',
    how: 'One byte at a time passes, both ways, with a pause after each: 100 ms in an opening handshake, 2 ms otherwise.',
    strike: both({ kind: 'drip', everyMs: 2 }),
    rows: [
      {
        phase: 'connecting',
        role: 'dialed',
        moment: 'first',
        strike: both({ kind: 'drip', everyMs: 100 }),
        outcome: neverOpened('open-deadline', 'local', CALLED_OFF),
        within: 'openWithinMs',
        why: 'The deadline is one for the whole opening handshake: a byte now and then does not put it off.',
      },
      {
        phase: 'connecting',
        role: 'accepted',
        protocol: 'plain',
        moment: 'first',
        strike: both({ kind: 'drip', everyMs: 100 }),
        outcome: refused(408),
        within: '11 s',
        why: "Node.js gives a client on a port of the listener's own 10 s for its request, and looks once a second.",
      },
      { ...UNSEEN_LATE, strike: both({ kind: 'drip', everyMs: 100 }) },
      ...harmless<Strike>('first', {
        open: 'Frames take longer, and Pongs come within `answerWithinMs`.',
        closing: 'The closing handshake takes longer, and stays within its deadline.',
      }),
    ],
  },
  {
    name: 'one-byte slices',
    how: 'Each of the next 40 bytes comes in a read of its own, both ways.',
    strike: both({ kind: 'slices', bytes: 40 }),
    rows: harmless('first', {
      connecting: 'TCP is a stream: how it is cut means nothing.',
      open: 'Frames are put together from whatever comes.',
      closing: 'So is a Close.',
    }),
  },
  {
    name: 'blackhole, outbound',
    how: 'What this side sends is lost, and the kernel takes it all the same. The peer goes on sending.',
    strike: outbound({ kind: 'blackhole' }),
    rows: [
      {
        phase: 'connecting',
        role: 'dialed',
        moment: 'first',
        outcome: neverOpened('open-deadline', 'local', CALLED_OFF),
        within: 'openWithinMs',
        why: 'The request never arrives, so no answer comes.',
      },
      ACCEPTANCE_LOST,
      {
        phase: 'open',
        isPeerTalking: true,
        outcome: lost('liveness-lost'),
        within: '2 x pingEveryMs + answerWithinMs',
        why: 'The peer still talks, but answers no Ping: it is given a second one.',
      },
      {
        phase: 'closing',
        moment: 'first',
        outcome: cutShort('close-deadline'),
        within: 'closeWithinMs',
        why: 'Our Close never arrives, so it has no answer.',
      },
    ],
  },
  {
    name: 'blackhole, inbound',
    how: 'What the peer sends is lost, the end of TCP included.',
    strike: inbound({ kind: 'blackhole' }),
    rows: [
      ANSWER_LOST,
      {
        phase: 'connecting',
        role: 'accepted',
        protocol: 'plain',
        moment: 'first',
        outcome: refused(408),
        within: '11 s',
        why: "The request never arrives: Node.js gives it 10 s on a port of the listener's own, and looks once a second.",
      },
      UNSEEN_LATE,
      SILENT,
      CLOSE_LOST,
    ],
  },
  {
    name: 'blackhole, both ways',
    how: 'Everything is lost, the end of TCP included.',
    strike: both({ kind: 'blackhole' }),
    rows: [ANSWER_LOST, ACCEPTANCE_LOST, SILENT, CLOSE_LOST],
  },
  {
    name: 'stall',
    how: 'The network takes nothing more, either way: what is sent piles up on its own side. In the open phase this side floods it.',
    strike: both({ kind: 'stall' }),
    rows: [
      ANSWER_LOST,
      {
        phase: 'connecting',
        role: 'accepted',
        outcome: lost('liveness-lost'),
        within: 'pingEveryMs + answerWithinMs',
        why: 'The kernel takes the 101, and nobody gets it: for this side the connection is open, and its peer is silent.',
      },
      {
        phase: 'open',
        isFlooded: true,
        outcome: failed('slow-peer', 1013, undefined, 'close-deadline'),
        within: 'closeWithinMs once maxBufferedBytes wait',
        why: 'More than `maxBufferedBytes` wait. The queue is discarded so that the Close can get out, but it cannot.',
      },
      {
        phase: 'closing',
        moment: 'first',
        outcome: cutShort('close-deadline'),
        within: 'closeWithinMs',
        why: 'Our Close does not arrive, so it has no answer.',
      },
    ],
  },
  {
    name: 'RST',
    how: "This side's TCP is reset.",
    strike: ({ reset }) => reset(),
    rows: [
      {
        phase: 'connecting',
        role: 'dialed',
        outcome: neverOpened('dial-failed', 'network', 'ECONNRESET'),
        within: 'at once',
        why: 'The reset comes in place of the 101.',
      },
      CLIENT_GONE,
      {
        phase: 'open',
        outcome: lost('socket-error', 'ECONNRESET'),
        within: 'at once',
        why: 'The system says so.',
      },
      {
        phase: 'closing',
        outcome: cutShort('socket-error', 'ECONNRESET'),
        within: 'at once',
        why: "The reset comes in place of the peer's Close.",
      },
    ],
  },
  {
    name: 'FIN without Close',
    how: "This side's TCP is ended by a FIN, between two frames.",
    strike: ({ fin }) => fin(),
    rows: [
      HUNG_UP,
      CLIENT_GONE,
      {
        phase: 'open',
        outcome: lost('socket-ended', NO_CLOSE),
        within: 'at once',
        why: 'A FIN is no Close (RFC 6455 section 7.1.5).',
      },
      ENDED_FIRST,
    ],
  },
  {
    name: 'cut in mid-frame',
    how: "This side's TCP is ended by a FIN behind the first three bytes of what the peer sends.",
    strike: inbound({ kind: 'cut', afterBytes: 3 }),
    rows: [
      {
        phase: 'connecting',
        role: 'dialed',
        outcome: neverOpened('dial-failed', 'network', 'ECONNRESET'),
        within: 'at once',
        why: 'The 101 is not whole.',
      },
      {
        phase: 'connecting',
        role: 'accepted',
        protocol: 'plain',
        moment: 'first',
        outcome: refused(400),
        within: 'at once',
        why: 'The request is not whole.',
      },
      {
        phase: 'connecting',
        role: 'accepted',
        protocol: 'TLS',
        moment: 'first',
        outcome: UNSEEN,
        within: 'at once',
        why: 'The record that has the request is not whole: no request has come to the listener.',
      },
      {
        phase: 'open',
        outcome: lost('socket-ended', NO_CLOSE),
        within: 'at once',
        why: 'What is not whole is not delivered.',
      },
      {
        phase: 'closing',
        outcome: cutShort('socket-ended', NO_CLOSE),
        within: 'at once',
        why: 'A Close that is not whole is none.',
      },
    ],
  },
  {
    name: 'bit flips',
    how: "One bit of what the peer sends is turned over: of an HTTP head, of a frame's first byte, or of a TLS record.",
    strike: ({ inbound: stream }, place) => stream.set(flipped(place)),
    rows: [
      {
        phase: 'connecting',
        role: 'dialed',
        protocol: 'plain',
        outcome: neverOpened('dial-failed', 'network', 'HPE_INVALID_CONSTANT'),
        within: 'at once',
        why: 'The answer is not HTTP.',
      },
      {
        phase: 'connecting',
        role: 'dialed',
        protocol: 'TLS',
        outcome: neverOpened('dial-failed', 'network', BAD_RECORD),
        within: 'at once',
        why: 'TLS protects every byte.',
      },
      {
        phase: 'connecting',
        role: 'accepted',
        protocol: 'plain',
        moment: 'first',
        outcome: refused(400),
        within: 'at once',
        why: 'The request has no method of HTTP.',
      },
      {
        phase: 'connecting',
        role: 'accepted',
        protocol: 'TLS',
        moment: 'first',
        outcome: UNSEEN,
        within: 'at once',
        why: 'TLS protects every byte: no request has come to the listener.',
      },
      {
        phase: 'open',
        protocol: 'plain',
        outcome: failed('protocol-error', 1002, 'WS_ERR_UNEXPECTED_RSV_1'),
        within: 'at once',
        why: 'A reserved bit is set. In a payload a flip that leaves valid UTF-8 would not be found: RFC 6455 has no checksum.',
      },
      {
        phase: 'open',
        protocol: 'TLS',
        outcome: lost('socket-error', BAD_RECORD),
        within: 'at once',
        why: 'TLS protects every byte.',
      },
      {
        phase: 'closing',
        protocol: 'plain',
        outcome: cutShort('protocol-error', 'WS_ERR_UNEXPECTED_RSV_1'),
        within: 'at once',
        why: "What comes in place of the peer's Close is no frame.",
      },
      {
        phase: 'closing',
        protocol: 'TLS',
        outcome: cutShort('socket-error', BAD_RECORD),
        within: 'at once',
        why: 'TLS protects every byte.',
      },
    ],
  },
];
