import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';
import { fileOf, importsOf } from '../support/source-tree.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles a page's module as a browser gets it: minified, and with whatever it imports. */
async function bundled(page: string): Promise<{ readonly code: string; readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const bundle = await rolldown({
    input: 'page.js',
    platform: 'browser',
    resolve: {
      alias: { 'wirekeeper/reconnect': `${root}src/reconnect/index.ts` },
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === 'page.js' ? id : undefined),
        load: (id) => (id === 'page.js' ? page : undefined),
      },
    ],
    onLog: (_level, { message }) => warnings.push(message),
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return { code: output[0].code, warnings };
}

describe('wirekeeper/reconnect', () => {
  test('bundles for browsers to less than 1 kB, without a warning', async () => {
    const { code, warnings } = await bundled("export * from 'wirekeeper/reconnect';");
    expect(warnings).toEqual([]);
    expect(Buffer.byteLength(code)).toBeLessThan(1_000);
  });

  test('bundled, reads what it has written', async () => {
    const { code } = await bundled("export * from 'wirekeeper/reconnect';");
    const { reconnectDelayOf, withReconnectDelay } = (await import(
      `data:text/javascript,${encodeURIComponent(code)}`
    )) as typeof import('../../src/reconnect/index.js');
    expect(reconnectDelayOf(withReconnectDelay('restarting', 8_123))).toBe(8_123);
  });

  test('has no lookbehind, on which older browsers fail to load the page', async () => {
    expect((await bundled("export * from 'wirekeeper/reconnect';")).code).not.toMatch(/\(\?<[=!]/);
  });

  test('leads to no module that imports anything else', async () => {
    const index = await readFile(`${root}src/reconnect/index.ts`, 'utf8');
    for (const specifier of importsOf(index)) {
      const file = fileOf('reconnect/index.ts', specifier);
      expect(importsOf(await readFile(`${root}src/${file}`, 'utf8'))).toEqual([]);
    }
  });

  test('is what the package exports by that name', async () => {
    const { exports } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
    expect(exports['./reconnect']).toEqual({
      types: './dist/reconnect/index.d.ts',
      default: './dist/reconnect/index.js',
    });
  });
});
