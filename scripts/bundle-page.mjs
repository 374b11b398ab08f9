/**
 * Makes the files of the dashboard's page: one script, one style sheet, and the document that names them. Their names
 * have the hash of their contents, so that browsers may keep them; `files.json` lists them.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'rolldown';
import { layOutDiagrams } from './lay-out-diagrams.mjs';

const PAGE = 'src/inspect/dashboard/page';
const STYLES = [
  'node_modules/uplot/dist/uPlot.min.css',
  ...['theme', 'page', 'diagram', 'grid', 'panels'].map((name) => `${PAGE}/styles/${name}.css`),
];

/** The module by which the page gets the layouts of the machines. */
const LAYOUTS = 'virtual:layouts';

/** Everything that the page needs is in the script: a browser loads nothing from elsewhere. */
async function scriptOf(root, machines) {
  const layouts = await layOutDiagrams(machines);
  const { output } = await build({
    cwd: root,
    input: join(root, PAGE, 'main.tsx'),
    platform: 'browser',
    tsconfig: join(root, PAGE, 'tsconfig.json'),
    plugins: [
      {
        name: 'layouts',
        resolveId: (id) => (id === LAYOUTS ? id : undefined),
        load: (id) => (id === LAYOUTS ? `export const layouts = ${JSON.stringify(layouts)};` : undefined),
      },
    ],
    transform: { target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } },
    output: { minify: true, comments: false, codeSplitting: false },
    write: false,
  });
  return output[0].code;
}

/** A style sheet without comments and indentation. */
const smaller = (css) =>
  css
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\n\s*/g, '\n')
    .replaceAll(/\n{2,}/g, '\n');

const hashed = (name, extension, text) =>
  `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.${extension}`;

/**
 * @param root the project's folder.
 * @param folder where the files go; it is emptied first.
 * @param machines the machines that the page draws, by name.
 */
export async function bundlePage(root, folder, machines) {
  const script = await scriptOf(root, machines);
  const style = smaller((await Promise.all(STYLES.map((file) => readFile(join(root, file), 'utf8')))).join('\n'));
  const names = { 'main.js': hashed('main', 'js', script), 'style.css': hashed('style', 'css', style) };
  const template = await readFile(join(root, PAGE, 'index.html'), 'utf8');
  const page = template.replaceAll(/(?<=(?:src|href)=")(main\.js|style\.css)(?=")/g, (name) => names[name]);
  const files = { 'index.html': page, [names['main.js']]: script, [names['style.css']]: style };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await writeFile(join(folder, 'files.json'), `${JSON.stringify({ version, files: Object.keys(files) })}\n`);
}
