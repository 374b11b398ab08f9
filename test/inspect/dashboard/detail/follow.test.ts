import { expect, test } from 'vitest';
import { Follow, type RecordedTimeline } from '../../../../src/inspect/dashboard/detail/follow.js';
import type { Detail, ShownEntry } from '../../../../src/inspect/dashboard/protocol/detail.js';

function aFollow(recorded?: () => RecordedTimeline) {
  const connection = {
    id: 'c1',
    state: 'open',
    bufferedBytes: 0,
    report: undefined,
    latencyMs: undefined as number | undefined,
    request: undefined,
    toJSON: () => ({ id: 'c1', protocol: '', bufferedBytes: connection.bufferedBytes }),
  };
  const sent: Detail[] = [];
  const top = { connections: new Map([['c1', connection]]) } as never;
  const follow = new Follow(
    { machine: 'connection', connectionId: 'c1' },
    {
      places: { top, ending: () => undefined },
      showsReasons: false,
      wallNow: () => 10,
      send: (detail) => sent.push(detail),
      recorded: () => recorded?.(),
      downloadOf: () => 'connection/c1.json',
    },
  );
  return { follow, sent, connection };
}

const STEP = { event: { type: 'close' }, from: 'open', to: 'closing.awaitingPeer', effects: [] };
const numbers = (detail: Detail | undefined) => detail?.timeline.map(({ number }) => number);

test('sends what has changed, and nothing when nothing has', () => {
  const { follow, sent, connection } = aFollow();
  follow.refresh();
  follow.refresh();
  expect(sent.length).toBe(1);
  connection.bufferedBytes = 5;
  follow.refresh();
  expect(sent.at(-1)).toMatchObject({ connection: { bufferedBytes: 5 }, timeline: [], download: 'connection/c1.json' });
});

test('sends each entry of the timeline once', () => {
  const { follow, sent, connection } = aFollow();
  follow.stepped(STEP);
  connection.state = 'closing';
  follow.noted({ type: 'reading.paused' });
  follow.refresh();
  expect([numbers(sent.at(-1)), sent.at(-1)?.path]).toEqual([[0, 1], 'closing.awaitingPeer']);
  follow.noted({ type: 'reading.resumed' });
  follow.refresh();
  expect([numbers(sent.at(-1)), sent.at(-1)?.timelineFrom]).toEqual([[2], 2]);
  connection.bufferedBytes = 1;
  follow.refresh();
  expect([numbers(sent.at(-1)), sent.at(-1)?.timelineFrom]).toEqual([[], 3]);
});

test('of a recorded timeline an entry that has changed is sent again, with those after it', () => {
  const entry = (number: number, at = 0): ShownEntry => ({
    kind: 'note',
    number,
    at,
    note: 'ping.answered',
    facts: {},
  });
  let entries = [entry(3), entry(4), entry(5)];
  const { follow, sent } = aFollow(() => ({ entries, missed: 3 }));
  follow.refresh();
  expect([numbers(sent.at(-1)), sent.at(-1)?.timelineMissed]).toEqual([[3, 4, 5], 3]);
  entries = [entry(3), entry(4), entry(5, 7), entry(6)];
  follow.noted({ type: 'ping.answered', roundTripMs: 1 });
  follow.refresh();
  expect([numbers(sent.at(-1)), sent.at(-1)?.timelineFrom]).toEqual([[5, 6], 5]);
});
