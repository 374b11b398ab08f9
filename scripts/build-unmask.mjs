/**
 * Compiles `src/transport/protocol/unmask.wat` into `unmask-wasm.ts` beside it, as text that needs no file at run time.
 *
 * `node scripts/build-unmask.mjs`; a test fails when the two do not fit.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const FOLDER = 'src/transport/protocol';

/** The source of `unmask-wasm.ts` for a module in WebAssembly's text format. */
export async function compiled(wat) {
  const { parseWat } = await wabt();
  const module = parseWat('unmask.wat', wat, { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  const lines = Buffer.from(buffer)
    .toString('base64')
    .match(/.{1,100}/g)
    .map((line) => `  '${line}'`);
  return [
    '/** `unmask.wat`, compiled by `node scripts/build-unmask.mjs`, in base64. */',
    'export const UNMASK_WASM =',
    `${lines.join(' +\n')};`,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(dirname(dirname(process.argv[1])), FOLDER);
  writeFileSync(join(folder, 'unmask-wasm.ts'), await compiled(readFileSync(join(folder, 'unmask.wat'), 'utf8')));
}
