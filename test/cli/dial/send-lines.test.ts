import { expect, test, vi } from 'vitest';
import type { Command, Entry } from '../../../src/cli/dial/entry.js';
import { sendLines } from '../../../src/cli/dial/send-lines.js';
import { type Connection, type Dialer, EndedError, NotSentError } from '../../../src/index.js';

/** A connection whose `sendAndWait` gives these answers. */
function connectionThat(...answers: (Error | undefined)[]) {
  const sent: string[] = [];
  const connection = {
    state: 'open',
    closed: Promise.resolve(),
    async sendAndWait(line: string) {
      const answer = answers.shift();
      if (answer !== undefined) throw answer;
      sent.push(line);
    },
  };
  return { connection: connection as unknown as Connection, sent };
}

/** A dialer that is up with one connection after the other, and ends. */
function dialerWith(...connections: Connection[]): Dialer {
  return {
    connected({ signal }: { signal: AbortSignal }) {
      if (signal.aborted) return Promise.reject(signal.reason);
      const [first] = connections;
      if (first === undefined) return Promise.reject(new EndedError('it has ended.'));
      if (connections.length > 1) connections.shift();
      return Promise.resolve(first);
    },
  } as unknown as Dialer;
}

async function* linesOf(...lines: (string | Entry)[]): AsyncGenerator<Entry> {
  for (const line of lines) yield typeof line === 'string' ? { type: 'message', data: line } : line;
}

function sending(dialer: Dialer, signal = new AbortController().signal) {
  const obey = vi.fn<(command: Command) => Promise<'obeyed' | 'lost' | 'over'>>().mockResolvedValue('obeyed');
  return { dialer, signal, onSend: vi.fn(), onNotSent: vi.fn(), onMistake: vi.fn(), obey };
}

test('sends lines in order, and calls onSend before each', async () => {
  const { connection, sent } = connectionThat();
  const parts = sending(dialerWith(connection));
  expect(await sendLines(linesOf('a', 'b'), parts)).toEqual({ sent: 2, lost: 0 });
  expect(sent).toEqual(['a', 'b']);
  expect(parts.onSend).toHaveBeenCalledTimes(2);
});

test('a line that a closing connection did not take goes to the next one', async () => {
  const closing = connectionThat(new NotSentError('closed', 'it is closing.'));
  const next = connectionThat();
  expect(await sendLines(linesOf('a'), sending(dialerWith(closing.connection, next.connection)))).toEqual({
    sent: 1,
    lost: 0,
  });
  expect(next.sent).toEqual(['a']);
});

test('waits until a connection that is closing has closed, and asks for the next one then only', async () => {
  const closed: { resolve?: () => void } = {};
  const closing = {
    state: 'closing',
    closed: new Promise<void>((resolve) => {
      closed.resolve = resolve;
    }),
  } as unknown as Connection;
  const next = connectionThat();
  const connected = vi
    .fn()
    .mockResolvedValueOnce(closing)
    .mockResolvedValueOnce(next.connection)
    .mockRejectedValue(new Error('asked too often'));
  const sent = sendLines(linesOf('a'), sending({ connected } as unknown as Dialer));
  await new Promise((resolve) => setImmediate(resolve));
  expect(connected).toHaveBeenCalledTimes(1);
  closed.resolve?.();
  expect(await sent).toEqual({ sent: 1, lost: 0 });
  expect(next.sent).toEqual(['a']);
});

test('a line that may have left is reported, and not sent twice', async () => {
  const { connection, sent } = connectionThat(new NotSentError('unknown', 'it was lost.'));
  const parts = sending(dialerWith(connection));
  expect(await sendLines(linesOf('a', 'b'), parts)).toEqual({ sent: 1, lost: 1 });
  expect(sent).toEqual(['b']);
  expect(parts.onNotSent.mock.calls).toEqual([['a', 'unknown']]);
});

test('ends with the dialer, and reports the line that it could not send', async () => {
  const parts = sending(dialerWith());
  expect(await sendLines(linesOf('a', 'b'), parts)).toEqual({ sent: 0, lost: 1 });
  expect(parts.onNotSent.mock.calls).toEqual([['a', 'closed']]);
});

test('an interruption ends it and loses nothing', async () => {
  const { connection } = connectionThat();
  const parts = sending(dialerWith(connection), AbortSignal.abort());
  expect(await sendLines(linesOf('a', 'b'), parts)).toEqual({ sent: 0, lost: 0 });
  expect(parts.onNotSent).not.toHaveBeenCalled();
});

test('an error that nobody expected is not hidden', async () => {
  const { connection } = connectionThat(new TypeError('a bug'));
  await expect(sendLines(linesOf('a'), sending(dialerWith(connection)))).rejects.toThrow(new TypeError('a bug'));
});

test('obeys commands in their turn, and ends with one that ends it', async () => {
  const { connection, sent } = connectionThat();
  const parts = sending(dialerWith(connection));
  parts.obey.mockImplementation(async ({ type }) => {
    sent.push(`/${type}`);
    return type === 'close' ? 'over' : 'obeyed';
  });
  const lines = linesOf('a', { type: 'ping' }, 'b', { type: 'close' }, 'c');
  expect(await sendLines(lines, parts)).toEqual({ sent: 2, lost: 0 });
  expect(sent).toEqual(['a', '/ping', 'b', '/close']);
});

test('what asks for nothing that can be done is reported, is lost, and ends nothing', async () => {
  const { connection, sent } = connectionThat();
  const parts = sending(dialerWith(connection));
  parts.obey.mockResolvedValue('lost');
  const lines = linesOf({ type: 'mistake', problem: 'no such command' }, { type: 'close', code: 1 }, 'a');
  expect(await sendLines(lines, parts)).toEqual({ sent: 1, lost: 2 });
  expect(parts.onMistake.mock.calls).toEqual([['no such command']]);
  expect(sent).toEqual(['a']);
});
