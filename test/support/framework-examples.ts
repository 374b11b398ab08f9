import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const folder = new URL('../../examples/', import.meta.url);
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
const packages = Object.keys(dependencies);

/** What an example imports. */
export function importsOf(name: string): string[] {
  const source = readFileSync(new URL(`${name}.ts`, folder), 'utf8');
  return [...source.matchAll(/ from '([^']+)'/g)].map(([, specifier = '']) => specifier);
}

/** Whether an example needs a package that only the examples have, itself or for another example that it imports. */
const needsPackages = (name: string): boolean =>
  importsOf(name).some((specifier) =>
    specifier.startsWith('./') ? needsPackages(basename(specifier, '.js')) : packages.includes(specifier),
  );

/** The names of all examples. */
export const examples: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));

/** Those that stand beside HTTP frameworks: the packages of `examples/package.json`. */
export const frameworkExamples: readonly string[] = examples.filter(needsPackages);
