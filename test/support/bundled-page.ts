import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles a page's module as a browser gets it: minified, and with whatever it imports. */
export async function bundledPage(
  page: string,
): Promise<{ readonly code: string; readonly warnings: readonly string[] }> {
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
