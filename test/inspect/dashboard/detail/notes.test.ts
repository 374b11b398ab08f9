import { expect, test } from 'vitest';
import { Notes } from '../../../../src/inspect/dashboard/detail/notes.js';

test('keeps the latest 500 entries, numbered from the first', () => {
  const notes = new Notes();
  notes.stepped({ event: { type: 'close' }, from: 'open', to: 'closing.awaitingPeer', effects: ['sendClose'] }, 5);
  for (let index = 0; index < 600; index += 1) notes.noted({ type: 'reading.paused' }, index);
  expect([notes.entries.length, notes.entries[0]?.number, notes.entries.at(-1)?.number]).toEqual([500, 101, 600]);
});

test('a step has its event, its states, and its effects', () => {
  const notes = new Notes();
  notes.stepped({ event: undefined, from: 'connecting', to: 'connecting', effects: ['armOpenDeadline'] }, 5);
  expect(notes.entries).toEqual([
    { kind: 'step', number: 0, at: 5, from: 'connecting', to: 'connecting', effects: ['armOpenDeadline'] },
  ]);
});
