import { expect, test } from 'vitest';
import { visible } from '../../src/cli/terminal.js';

test.each([
  ['plain text, with a\ttab and umlauts: ä', 'plain text, with a\ttab and umlauts: ä'],
  ['two\nlines', 'two\\nlines'],
  ['\u001b[2Jcleared', '\\x1b[2Jcleared'],
  ['\r\u0007\u007f\u009b', '\\x0d\\x07\\x7f\\x9b'],
])('shows control characters instead of obeying them: %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});
