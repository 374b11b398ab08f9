import { expect, test } from 'vitest';
import { visible, visibleJson, visibleLines } from '../../../src/inspect/redaction/visible.js';

const ESC = '\u001b';

test.each([
  ['plain text, with a\ttab and umlauts: ä', 'plain text, with a\ttab and umlauts: ä'],
  ['two\nlines', 'two\\nlines'],
  [`${ESC}[2Jcleared`, '\\x1b[2Jcleared'],
  [`${ESC}]0;title\u0007`, '\\x1b]0;title\\x07'],
  ['\r\u0007\u007f\u009b', '\\x0d\\x07\\x7f\\x9b'],
  ['\u0000\b\v\f\u000e\u001a', '\\x00\\x08\\x0b\\x0c\\x0e\\x1a'],
  ['\u0085\u0090\u009d', '\\x85\\x90\\x9d'],
  ['a\u202etxt.exe\u202c\u2066\u2069\u061c\u200f', 'a\\u202etxt.exe\\u202c\\u2066\\u2069\\u061c\\u200f'],
  ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ['\ud800 \udfff 👍', '\\ud800 \\udfff 👍'],
  ['👩‍💻', '👩‍💻'],
])('shows control characters instead of obeying them: %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('lines stay lines', () => {
  expect(visibleLines(`a${ESC}\nb\r`)).toBe('a\\x1b\nb\\x0d');
});

test('JSON says the same, in characters that no terminal obeys', () => {
  const value = { text: `${ESC}\u007f\u009b\u202e\u2028\ud800ä` };
  const json = visibleJson(JSON.stringify(value));
  expect(json).toMatch(/^[ -~ä]*$/);
  expect(JSON.parse(json)).toEqual(value);
});
