import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numbered } from '../../../src/machines/diagram/numbered.js';

/** What does not fit may depend on its place: here a dot at the end. */
const UNFIT = /[^a-zA-Z0-9._]|\.$/gu;

test.each([
  ['plain.name', 'plain.name'],
  ['with  space', 'with_x20__x20_space'],
  ['🙂', '_x1F642_'],
  ['end.', 'end_x2E_'],
  ['_x20_', '_x5F_x20_'],
  ['_x20 ', '_x5F_x20_x20_'],
  ['_x20.', '_x5F_x20_x2E_'],
  ['_x20.a', '_x20.a'],
  ['to_x1', 'to_x1'],
  ['a_b', 'a_b'],
])('%j is written as %j', (text, written) => {
  expect(numbered(text, UNFIT)).toBe(written);
});

/** Reads what was written. */
const read = (written: string): string =>
  written.replaceAll(/_x([\dA-F]+)_/g, (_number, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));

test('every text can be read back, so no two are written alike', () => {
  const text = fc.string({ unit: fc.constantFrom('_', 'x', '2', '0', 'E', 'F', ' ', '.', '-', 'a') });
  fc.assert(
    fc.property(text, (given) => {
      expect(read(numbered(given, UNFIT))).toBe(given);
    }),
    { numRuns: 2000 },
  );
});
