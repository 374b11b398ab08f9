import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bundledPage } from '../support/bundled-page.js';
import { fileOf, importsOf } from '../support/source-tree.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('wirekeeper/reconnect', () => {
  test('bundles for browsers to less than 1 kB, without a warning', async () => {
    const { code, warnings } = await bundledPage("export * from 'wirekeeper/reconnect';");
    expect(warnings).toEqual([]);
    expect(Buffer.byteLength(code)).toBeLessThan(1_000);
  });

  test('bundled, reads what it has written', async () => {
    const { code } = await bundledPage("export * from 'wirekeeper/reconnect';");
    const { reconnectDelayOf, withReconnectDelay } = (await import(
      `data:text/javascript,${encodeURIComponent(code)}`
    )) as typeof import('../../src/reconnect/index.js');
    expect(reconnectDelayOf(withReconnectDelay('restarting', 8_123))).toBe(8_123);
  });

  test('has no lookbehind, on which older browsers fail to load the page', async () => {
    expect((await bundledPage("export * from 'wirekeeper/reconnect';")).code).not.toMatch(/\(\?<[=!]/);
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
