import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { PlatformError } from '../../src/transport/errors.js';
import { checkPlatform, published } from '../../src/transport/platform.js';

describe('a Node.js that is too old is named, with what is needed', () => {
  test.each([
    ['16.20.2', 'wirekeeper needs Node.js 20.19 or later; this is Node.js 16.20.2.'],
    ['18.20.8', 'wirekeeper needs Node.js 20.19 or later; this is Node.js 18.20.8.'],
    ['20.18.3', 'wirekeeper needs Node.js 20.19 or later; this is Node.js 20.18.3.'],
    ['', 'wirekeeper needs Node.js 20.19 or later; this is another runtime.'],
  ])('%s', (node, message) => {
    const check = () => checkPlatform({ node });
    expect(check).toThrow(PlatformError);
    expect(check).toThrow(expect.objectContaining({ code: 'WIREKEEPER_PLATFORM', message }));
  });

  test.each(['20.19.0', '20.20.2', '22.0.0', '24.22.1', '26.10.0', '100.0.0', '21.0.0-nightly'])(
    '%s is none',
    (node) => {
      expect(() => checkPlatform({ node })).not.toThrow();
    },
  );

  test('the oldest is the one that package.json names', async () => {
    const { engines } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      readonly engines: { readonly node: string };
    };
    expect(() => checkPlatform({ node: engines.node.replace('>=', '') })).not.toThrow();
    expect(engines.node).toBe('>=20.19');
  });
});

describe('a package whose place a runtime may take', () => {
  const require = createRequire(import.meta.url);
  const imported = { from: 'the runtime' };

  test('is what was imported, elsewhere than under Bun', () => {
    expect(published('ws', imported, { node: '20.19.0' }, require)).toBe(imported);
  });

  test('is what stands in its files, under Bun', () => {
    expect(published('ws', imported, { bun: '1.4.5' }, require)).toHaveProperty('Receiver');
  });

  test('is an error of one sentence where its files are not to be had', () => {
    const compiled = Object.assign(() => undefined, {
      resolve: () => {
        throw new Error('Cannot find module');
      },
    }) as unknown as NodeJS.Require;
    expect(() => published('ws', imported, { bun: '1.4.5' }, compiled)).toThrow(
      expect.objectContaining({
        name: 'PlatformError',
        code: 'WIREKEEPER_PLATFORM',
        message: 'wirekeeper needs the package ws, which Bun 1.4.5 replaces by its own, and cannot find its files.',
        cause: expect.objectContaining({ message: 'Cannot find module' }),
      }),
    );
  });
});
