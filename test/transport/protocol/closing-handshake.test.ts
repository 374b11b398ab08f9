import { describe, expect, test } from 'vitest';
import type { CloseFrame } from '../../../src/transport/close-report.js';
import { ClosingHandshake, type ClosingWire } from '../../../src/transport/protocol/closing-handshake.js';
import type { WireClosing, WireFailed } from '../../../src/transport/wire-fact.js';

const NOTHING = { frames: 0, bytes: 0 };
const NOTHING_SENT = { unconfirmed: NOTHING, unwritten: NOTHING, discarded: NOTHING, isCloseTaken: false };
const CLOSE_TAKEN = { ...NOTHING_SENT, isCloseTaken: true };
const OURS = { code: 4001, reason: 'ours' };
const THEIRS = { code: 4002, reason: 'theirs' };
const reset = new Error('read ECONNRESET');
const garbage = new Error('invalid opcode');

/** A wire that records the calls of its closing handshake. */
class RecordingWire implements ClosingWire {
  readonly role: 'accepted' | 'dialed';
  readonly asked: string[] = [];
  onFact: () => void = () => {};

  constructor(role: 'accepted' | 'dialed' = 'accepted') {
    this.role = role;
  }

  writeClose({ code }: CloseFrame): void {
    this.asked.push(`close ${code}`);
  }

  endSocket(): void {
    this.asked.push('fin');
  }

  emitFact(fact: WireClosing | WireFailed): void {
    this.asked.push(fact.type);
    this.onFact();
  }
}

function begun(role?: 'accepted' | 'dialed') {
  const wire = new RecordingWire(role);
  return { wire, closing: new ClosingHandshake(wire) };
}

/** The handlers woken by the frames before have had their turn. */
const handlersRan = () => new Promise((resolve) => setImmediate(resolve));

type Input = (closing: ClosingHandshake) => void;

const ourClose: Input = (closing) => closing.close(OURS);
const theirClose: Input = (closing) => closing.closeReceived(THEIRS);
const theirFin: Input = (closing) => {
  closing.finReceived();
  closing.allDelivered();
};
const fault: Input = (closing) => closing.faultFound('protocol-error', garbage, 1002);

describe('what is sent and reported', () => {
  test.each<[string, 'accepted' | 'dialed', readonly Input[], readonly string[]]>([
    ['our Close', 'accepted', [ourClose], ['close 4001']],
    [
      'our Close, answered: the server ends TCP',
      'accepted',
      [ourClose, theirClose],
      ['close 4001', 'wire.closing', 'fin'],
    ],
    [
      'our Close, answered: the client waits for the server',
      'dialed',
      [ourClose, theirClose],
      ['close 4001', 'wire.closing'],
    ],
    [
      'our Close, answered, and the server ended TCP',
      'dialed',
      [ourClose, theirClose, theirFin],
      ['close 4001', 'wire.closing', 'fin'],
    ],
    ['a Close of the peer', 'accepted', [theirClose], ['wire.closing']],
    ['a Close of the peer, echoed', 'accepted', [theirClose, ourClose], ['wire.closing', 'close 4001', 'fin']],
    ['a second Close of ours', 'accepted', [ourClose, ourClose], ['close 4001']],
    ['a FIN without a Close', 'accepted', [theirFin], ['wire.failed']],
    ['a FIN while our Close is unanswered', 'dialed', [ourClose, theirFin], ['close 4001', 'wire.failed']],
    ['a fault', 'accepted', [fault], ['close 1002', 'wire.failed']],
    ['a fault after our Close', 'accepted', [ourClose, fault], ['close 4001', 'wire.failed']],
    ['a fault, then a FIN', 'accepted', [fault, theirFin], ['close 1002', 'wire.failed']],
    ['a close after a fault', 'accepted', [fault, ourClose], ['close 1002', 'wire.failed']],
    ['a close once abandoned', 'accepted', [(closing) => closing.abandon(), ourClose, theirFin], []],
    ['a close once terminated', 'accepted', [(closing) => closing.terminated(), ourClose], []],
  ])('after %s (%s)', async (_name, role, inputs, expected) => {
    const { wire, closing } = begun(role);
    for (const input of inputs) {
      input(closing);
      await handlersRan();
    }
    expect(wire.asked).toEqual(expected);
  });

  test('answers of handlers that a frame before the Close has woken precede the echo', async () => {
    const { wire, closing } = begun();
    wire.onFact = () => closing.close(THEIRS);
    closing.closeReceived(THEIRS);
    await Promise.resolve().then(() => wire.asked.push('answer'));
    await handlersRan();
    expect(wire.asked).toEqual(['answer', 'wire.closing', 'close 4002', 'fin']);
  });
});

describe('how the wire has ended', () => {
  test.each<[string, readonly Input[], object]>([
    ['nothing at all', [], { kind: 'socket-ended' }],
    ['a FIN', [(closing) => closing.finReceived()], { kind: 'socket-ended' }],
    ['a reset', [(closing) => closing.socketFailed(reset)], { kind: 'socket-error', cause: reset }],
    [
      'two errors: the first counts',
      [(closing) => closing.socketFailed(reset), (closing) => closing.socketFailed(garbage)],
      { kind: 'socket-error', cause: reset },
    ],
    // The peer had ended by itself: that a write behind its back failed did not end it.
    [
      'an error after a FIN',
      [(closing) => closing.finReceived(), (closing) => closing.socketFailed(reset)],
      { kind: 'socket-ended', cause: reset },
    ],
    ['terminate', [(closing) => closing.terminated()], { kind: 'terminated' }],
    ['one Close', [ourClose], { kind: 'socket-ended', sent: OURS }],
    ['both Closes', [ourClose, theirClose], { kind: 'closed', sent: OURS, received: THEIRS }],
    [
      'terminate after both Closes',
      [ourClose, theirClose, (closing) => closing.terminated()],
      { kind: 'closed', sent: OURS, received: THEIRS },
    ],
  ])('after %s', (_name, inputs, expected) => {
    const { closing } = begun();
    for (const input of inputs) input(closing);
    expect(closing.end(CLOSE_TAKEN)).toEqual({ unconfirmed: NOTHING, ...expected });
  });

  // The report had a Close, and said that both had crossed, although ours had waited for a socket that then failed.
  test.each<[string, readonly Input[], object]>([
    ['our Close', [ourClose, (closing) => closing.socketFailed(reset)], { kind: 'socket-error', cause: reset }],
    ['our answer', [theirClose, ourClose], { kind: 'socket-ended', received: THEIRS }],
    ['our Close, answered', [ourClose, theirClose], { kind: 'socket-ended', received: THEIRS }],
    ['the Close of a fault', [fault, (closing) => closing.terminated()], { kind: 'terminated' }],
  ])('%s counts as sent only if the kernel took it', async (_name, inputs, expected) => {
    const { closing } = begun();
    for (const input of inputs) {
      input(closing);
      await handlersRan();
    }
    expect(closing.end(NOTHING_SENT)).toEqual({ unconfirmed: NOTHING, ...expected });
  });

  const account = {
    unconfirmed: { frames: 3, bytes: 9 },
    unwritten: { frames: 2, bytes: 7 },
    discarded: { frames: 1, bytes: 4 },
  };
  const accountWithClose = { ...account, isCloseTaken: true };

  test('has what is unconfirmed, what of it is unwritten, and what was discarded of that', () => {
    expect(begun().closing.end(accountWithClose)).toEqual({ kind: 'socket-ended', ...account });
  });

  test('both Closes prove that the peer has read what was written', () => {
    const { closing } = begun();
    ourClose(closing);
    theirClose(closing);
    expect(closing.end(accountWithClose)).toMatchObject({ kind: 'closed', unconfirmed: account.unwritten });
  });

  test('a fault that waited for the handlers precedes the end, and no Close is sent: the socket is gone', () => {
    const { wire, closing } = begun();
    closing.faultFound('protocol-error', garbage, 1002);
    expect(closing.end(NOTHING_SENT)).toEqual({ kind: 'socket-ended', unconfirmed: NOTHING });
    expect(wire.asked).toEqual(['wire.failed']);
  });

  // The report had a Close that nobody has sent, and the code of the user's end beside it.
  test('a fault found just before terminate sends no Close', async () => {
    const { wire, closing } = begun();
    closing.faultFound('protocol-error', garbage, 1002);
    closing.terminated();
    await handlersRan();
    expect(wire.asked).toEqual(['wire.failed']);
    expect(closing.end(NOTHING_SENT)).toEqual({ kind: 'terminated', unconfirmed: NOTHING });
  });

  test('a Close of the peer that waited for the handlers is not answered once the socket is gone', () => {
    const { wire, closing } = begun();
    wire.onFact = () => closing.close(THEIRS);
    closing.closeReceived(THEIRS);
    expect(closing.end(NOTHING_SENT)).toEqual({ kind: 'socket-ended', received: THEIRS, unconfirmed: NOTHING });
    expect(wire.asked).toEqual(['wire.closing']);
  });
});
