import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { examples, frameworkExamples, importsOf } from '../support/framework-examples.js';

const tests = readdirSync(new URL('.', import.meta.url)).map((file) => basename(file, '.test.ts'));
const sourceOf = (name: string) => readFileSync(new URL(`../../examples/${name}.ts`, import.meta.url), 'utf8');

test('there are examples', () => {
  expect(examples).not.toEqual([]);
});

test('the compiler leaves those beside frameworks to tsconfig.frameworks.json: a fresh clone has no frameworks', () => {
  const { exclude } = JSON.parse(readFileSync(new URL('../../tsconfig.json', import.meta.url), 'utf8')) as {
    readonly exclude: readonly string[];
  };
  expect(frameworkExamples).toContain('express-jwt');
  expect(exclude.filter((path) => /(?:^|\/)examples\//.test(path)).toSorted()).toEqual(
    frameworkExamples.flatMap((name) => [`examples/${name}.ts`, `test/examples/${name}.test.ts`]).toSorted(),
  );
});

test.each(examples)('%s has a test', (name) => {
  expect(tests).toContain(name);
});

/** Those that `wirekeeper serve` runs. */
const SERVICES = ['service'];
const programs = examples.filter((name) => !SERVICES.includes(name));

test.each(SERVICES)('%s opens with what it shows and how to run it', (name) => {
  expect(sourceOf(name)).toMatch(new RegExp(`^/\\*\\*[^~]*npx wirekeeper serve examples/${name}\\.ts`));
});

test.each(programs)('%s opens with what it shows and how to run it', (name) => {
  expect(sourceOf(name)).toMatch(new RegExp(`^/\\*\\*[^/]*npm run example -- ${name}\\b`));
});

test.each(programs)('%s runs as a program', (name) => {
  expect(sourceOf(name)).toContain('if (process.argv[1] === fileURLToPath(import.meta.url)) {');
});

test.each(examples)('%s uses only what users have', (name) => {
  const foreign = importsOf(name).filter(
    (specifier) =>
      !/^(?:wirekeeper(?:\/\w+)?|node:[\w/]+|@hono\/node-server|express|express-session|fastify|hono(?:\/[\w-]+)?|jose|koa|passport|rxjs|socket\.io|valibot|vite|xstate|\.\/[\w-]+\.js)$/.test(
        specifier,
      ),
  );
  expect(foreign).toEqual([]);
});
