import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sourcesOf, withReference } from '../scripts/api-reference.mjs';
import { declarationOf } from '../scripts/declarations.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

test('docs/api.md says what the source says', async () => {
  const document = await readFile(`${root}docs/api.md`, 'utf8');
  expect(document, 'docs/api.md is outdated: node scripts/api-reference.mjs').toBe(
    withReference(document, sourcesOf(root)),
  );
});

test('each name documented there has its markers', async () => {
  const document = await readFile(`${root}docs/api.md`, 'utf8');
  for (const [, name] of document.matchAll(/^#### `(\w+)/gm)) expect(document).toContain(`<!-- api:${name} -->`);
});

describe('a block', () => {
  const blockOf = (source: string, name: string) =>
    withReference(`<!-- api:${name} -->\nold\n<!-- /api:${name} -->`, [source]);

  test('of settings is a table of options', () => {
    const source =
      '/** Settings. */\nexport interface Bounds {\n  /** How long, at most. Default 5,000. */\n  readonly withinMs?: number | undefined;\n  readonly path: string | URL;\n}\n';
    expect(blockOf(source, 'Bounds')).toContain(
      '| `withinMs` | `number` | 5,000 | ms | How long, at most. |\n| `path` | `string \\| URL` | needed |  |  |\n',
    );
  });

  test('of a class leaves out what is private, and what its interface says', () => {
    const source =
      'export interface Port {\n  /** Opens. */\n  open(): void;\n}\n' +
      '/** A door. */\nexport class Door implements Port {\n  #isOpen = false;\n  readonly width: number = 3;\n  open(): void {\n    if (1 < 2) this.#isOpen = true;\n  }\n  /** Shuts it. @throws {Error} when it is shut. */\n  async shut(force = false): Promise<void> {}\n}\n';
    expect(blockOf(source, 'Door')).toBe(
      '<!-- api:Door -->\n\n```ts\nclass Door implements Port\n```\n\nA door.\n\n- `width: number`\n- `shut(force?: boolean): Promise<void>`: Shuts it.\n\n  Throws `Error` when it is shut.\n\n<!-- /api:Door -->',
    );
  });

  test('of a union tells of each alternative', () => {
    const source =
      "/** Ends. */\nexport type End =\n  /** All is well. */\n  | 'closed'\n  /** It is not. */\n  | { readonly kind: 'failed'; readonly cause: Error };\n";
    expect(blockOf(source, 'End')).toContain(
      "- `'closed'`: All is well.\n- `{ kind: 'failed'; cause: Error }`: It is not.\n",
    );
  });

  test('of a name that nothing exports is a fault', () => {
    expect(() => blockOf('', 'Nothing')).toThrow('Nothing');
  });
});

test.each([
  [
    'export function f({ a, b = 1 }: Options = {}, ...rest: readonly string[]): { readonly c: number } {',
    'function f(options?: Options, ...rest: readonly string[]): { c: number }',
  ],
  [
    'export async function g<T = unknown>(h: (i: T) => boolean): Promise<T> {',
    'function g<T = unknown>(h: (i: T) => boolean): Promise<T>',
  ],
  ['export const j: Readonly<Record<string, number>> = {', 'const j: Readonly<Record<string, number>>'],
  ["export type K<L> = Partial<L> | 'm';", "type K<L> = Partial<L> | 'm'"],
])('the signature of %s', (source, signature) => {
  const name = /(?:function|const|type) (\w)/.exec(source)?.[1] ?? '';
  expect(declarationOf(`${source}\n}\n`, name)?.signature).toBe(signature);
});
