import { createRequire } from 'node:module';
import * as rxjs from 'rxjs';
import { describe, expect, test } from 'vitest';
import * as ours from '../../src/transport/rxjs.js';

describe("what is taken from RxJS's inside is what it exports", () => {
  test.each(Object.entries(ours))('%s', (name, value) => {
    expect(rxjs).toHaveProperty(name, value);
  });
});

test('RxJS offers its inside in each of its builds, and by the same conditions as its front', () => {
  const { exports } = createRequire(import.meta.url)('rxjs/package.json') as { exports: Record<string, Record<string, string>> };
  const folders = (entry: string) => Object.entries(exports[entry] ?? {}).map(([condition, file]) => [condition, file.split('/').slice(0, 3).join('/')]);
  expect(folders('./internal/*')).toEqual(folders('.'));
});
