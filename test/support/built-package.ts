import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleInto } from './bundle.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A project that has the package as users get it, without its declarations, and all packages of this repository. */
export class BuiltPackage implements AsyncDisposable {
  /** The project. */
  readonly folder: string;
  #programs = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<BuiltPackage> {
    const folder = await mkdtemp(join(tmpdir(), 'wirekeeper-built-'));
    const home = join(folder, 'node_modules', 'wirekeeper');
    await mkdir(home, { recursive: true });
    const packages = (await readdir(join(root, 'node_modules'))).filter((name) => !name.startsWith('.'));
    await Promise.all([
      ...packages.map((name) => symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name))),
      copyFile(join(root, 'package.json'), join(home, 'package.json')),
      cp(join(root, 'src'), join(home, 'src'), { recursive: true }),
      writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }'),
    ]);
    await bundleInto(join(home, 'dist'));
    return new BuiltPackage(folder);
  }

  /** Puts a module into the project, and returns its path. */
  async file(text: string): Promise<string> {
    this.#programs += 1;
    const path = join(this.folder, `program-${this.#programs}.mjs`);
    await writeFile(path, text);
    return path;
  }

  /** Runs a module of the project to its end, and returns what it has printed. */
  async run(text: string, ...nodeOptions: readonly string[]): Promise<string> {
    return this.runFile(await this.file(text), ...nodeOptions);
  }

  async runFile(path: string, ...nodeOptions: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [...nodeOptions, path]);
    return stdout;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
