import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compiled } from '../../../scripts/build-unmask.mjs';

test('what runs is what unmask.wat says', async () => {
  const folder = new URL('../../../src/transport/protocol/', import.meta.url);
  expect(readFileSync(new URL('unmask-wasm.ts', folder), 'utf8')).toBe(
    await compiled(readFileSync(new URL('unmask.wat', folder), 'utf8')),
  );
});
