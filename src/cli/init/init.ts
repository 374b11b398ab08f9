import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { OptionError } from '../../index.js';
import { messageOf } from '../process/message-of.js';
import { templateOf } from './template.js';

/** The options of `wirekeeper init`. */
export interface InitOptions {
  /** Where the service is written; it may not exist yet. */
  readonly folder: string;
}

/** A folder's name as the name of a package: lower case, URL-safe, and not empty. */
function packageNameOf(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z\d._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return name === '' || name === 'wirekeeper' ? 'service' : name.slice(0, 214);
}

/**
 * Writes a small service to start from, and overwrites nothing.
 *
 * @param version of this package.
 * @returns what to do next, for people.
 * @throws {OptionError} when one of its files is there already, or cannot be written. Files that were written before
 *   that stay.
 */
export async function init({ folder }: InitOptions, version: string): Promise<string> {
  const files = templateOf(packageNameOf(folder), version);
  const inTheWay = files.find(({ name }) => existsSync(join(folder, name)));
  if (inTheWay !== undefined)
    throw new OptionError(
      `${join(folder, inTheWay.name)} is there already; init overwrites nothing, so name a new folder.`,
    );
  try {
    await mkdir(folder, { recursive: true });
    // The flag, because somebody else may have written one meanwhile.
    for (const { name, content } of files) await writeFile(join(folder, name), content, { flag: 'wx' });
  } catch (cause) {
    throw new OptionError(`${folder} cannot be written: ${messageOf(cause)}.`, { cause });
  }
  const isHere = relative('', folder) === '';
  const steps = [...(isHere ? [] : [`cd ${folder}`]), 'npm install', 'npm test', 'npm start'];
  return `${[
    `wrote ${files.map(({ name }) => name).join(', ')}${isHere ? '' : ` into ${folder}`}`,
    'next:',
    ...steps.map((step) => `  ${step}`),
  ].join('\n')}\n`;
}
