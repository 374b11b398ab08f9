import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One file of the page. */
export interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Whether its name has the hash of its contents, so that it never changes. */
  readonly isHashed: boolean;
}

/** The page, as it was built. */
export interface Page {
  /** The version of wirekeeper. */
  readonly version: string;
  readonly files: ReadonlyMap<string, PageFile>;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** Where the build puts the page, in the folder of the package's JavaScript. */
const IN_DIST = 'inspect/dashboard/page';

/** The list of the page's files. */
const LIST = 'files.json';

/**
 * Finds the folder of the page's files: in the folder of this module or in one above it, since a bundler may have put
 * the module elsewhere; for the sources, in the folder that they are built into.
 *
 * @throws {Error} if it is nowhere, since a bundler has taken the JavaScript of the package away from its other files.
 */
export function pageFolder(from: string = fileURLToPath(import.meta.url)): string {
  for (let folder = dirname(from); folder !== dirname(folder); folder = dirname(folder)) {
    for (const place of [join(folder, IN_DIST), join(folder, 'dist', IN_DIST)])
      if (existsSync(join(place, LIST))) return place;
  }
  throw new Error(
    'createDashboard: the files of the page are not beside the package; leave wirekeeper out of your bundle, so that ' +
      'they stay in its folder dist/inspect/dashboard/page.',
  );
}

/** Reads the files of the page into memory: a request can ask for no other file. */
export function readPage(folder: string): Page {
  const list = JSON.parse(readFileSync(join(folder, LIST), 'utf8')) as List;
  const files = list.files.map((name) => [name, fileOf(name, readFileSync(join(folder, name)))] as const);
  return { version: list.version, files: new Map(files) };
}

/** What the build has listed. */
interface List {
  readonly version: string;
  readonly files: readonly string[];
}

function fileOf(name: string, body: Buffer): PageFile {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return {
    body,
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    isHashed: /-[\da-f]{12}\.\w+$/.test(name),
  };
}
