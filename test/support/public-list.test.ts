import { expect, test } from 'vitest';
import { exportedNames } from './public-list.js';

test('reads the names an index file exports, types and renamed ones included', () => {
  const index =
    "/** The list. */\nexport { b, type C } from './b.js';\nexport type {\n  A,\n  Inner as Outer,\n} from './a.js';\n";
  expect(exportedNames(index)).toEqual(['A', 'C', 'Outer', 'b']);
});

test.each(["export * from './a.js';", 'export const a = 1;', "import './a.js';"])(
  'refuses an index file that is more than a list: %s',
  (text) => {
    expect(() => exportedNames(text)).toThrow('lists exports and nothing else');
  },
);
