import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { PlatformError } from '../../src/transport/errors.js';
import { checkPlatform } from '../../src/transport/platform.js';

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
