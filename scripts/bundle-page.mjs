/**
 * Makes the files of the dashboard's page: one script, one style sheet, and the document that names them. Their names
 * have the hash of their contents, so that browsers may keep them; `files.json` lists them.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'rolldown';

const STYLES = ['node_modules/uplot/dist/uPlot.min.css', 'src/inspect/dashboard/page/style.css'];

/** Everything that the page needs is in the script: a browser loads nothing from elsewhere. */
async function scriptOf(root) {
  const { output } = await build({
    cwd: root,
    input: join(root, 'src/inspect/dashboard/page/main.tsx'),
    platform: 'browser',
    tsconfig: join(root, 'src/inspect/dashboard/page/tsconfig.json'),
    transform: { target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } },
    output: { minify: true, comments: false, codeSplitting: false },
    write: false,
  });
  return output[0].code;
}

const hashed = (name, extension, text) =>
  `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.${extension}`;

/**
 * @param root the project's folder.
 * @param folder where the files go; it is emptied first.
 */
export async function bundlePage(root, folder) {
  const script = await scriptOf(root);
  const style = (await Promise.all(STYLES.map((file) => readFile(join(root, file), 'utf8')))).join('\n');
  const names = { 'main.js': hashed('main', 'js', script), 'style.css': hashed('style', 'css', style) };
  const template = await readFile(join(root, 'src/inspect/dashboard/page/index.html'), 'utf8');
  const page = template.replaceAll(/(?<=(?:src|href)=")(main\.js|style\.css)(?=")/g, (name) => names[name]);
  const files = { 'index.html': page, [names['main.js']]: script, [names['style.css']]: style };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  await writeFile(join(folder, 'files.json'), `${JSON.stringify(Object.keys(files))}\n`);
}
