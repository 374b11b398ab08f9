import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from '../../../src/cli/config/json-fault.js';

test.each([
  ['', 1, 1, 'a value'],
  ['{\n  "port": 8080,\n}', 3, 1, 'a name in double quotes'],
  ["{ 'port': 1 }", 1, 3, 'a name in double quotes'],
  ['{ "port" 1 }', 1, 10, '":"'],
  ['{ "port": 1\n  "host": "x" }', 2, 3, '"," or "}"'],
  ['[1, 2', 1, 6, '"," or "]"'],
  ['[1,]', 1, 4, 'a value'],
  ['{ "port": 08080 }', 1, 11, 'a value'],
  ['{ "port": yes }', 1, 11, 'a value'],
  ['{ "host": "local\nhost" }', 1, 11, 'a string that ends on its line, with valid escapes'],
  ['{ "host": "\\x" }', 1, 11, 'a string that ends on its line, with valid escapes'],
  ['{} {}', 1, 4, 'the end of the file'],
])('finds the fault of %j at line %i, column %i', (text, line, column, expected) => {
  expect(jsonFault(text)).toEqual({ line, column, expected });
});

test('finds no fault in what is JSON', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
      expect(jsonFault(JSON.stringify(JSON.parse(text), undefined, indent))).toBeUndefined();
    }),
  );
});

/** JSON with one character changed, which may or may not still be JSON. */
const nearlyJson = fc
  .tuple(fc.json(), fc.nat(), fc.constantFrom(...Array.from('{}[]",:\\0-+.eE\n\u0000 tfx')))
  .map(([text, at, character]) => {
    const i = at % (text.length + 1);
    return text.slice(0, i) + character + text.slice(i + 1);
  });

test('finds a fault exactly where JSON.parse does', () => {
  fc.assert(
    fc.property(nearlyJson, (text) => {
      expect(jsonFault(text) === undefined).toBe(parses(text));
    }),
    { numRuns: 500 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
