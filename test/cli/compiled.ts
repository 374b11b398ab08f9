import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { bundleInto } from '../support/bundle.js';
import { Transcript } from './fake-terminal.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The package as users get it: compiled, its command line and programs that import it in processes of their own. */
export class Compiled {
  readonly #folder: string;
  #programs = 0;
  readonly #children = new Set<ChildProcess>();
  /** Those with a process group of their own. */
  readonly #leaders = new WeakSet<ChildProcess>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the package's JavaScript beside a copy of package.json. */
  static async build(): Promise<Compiled> {
    const folder = await mkdtemp(join(tmpdir(), 'wirekeeper-cli-'));
    await Promise.all([
      copyFile(join(root, 'package.json'), join(folder, 'package.json')),
      symlink(join(root, 'node_modules'), join(folder, 'node_modules')),
    ]);
    await bundleInto(join(folder, 'dist'));
    return new Compiled(folder);
  }

  /** The program of the command line. */
  get main(): string {
    return join(this.#folder, 'dist/cli/main.js');
  }

  /** Starts `wirekeeper` with arguments. */
  start(...args: string[]): Child {
    return this.#spawn(process.execPath, [join(this.#folder, 'dist/cli/main.js'), ...args]);
  }

  /** Starts it with options of Node's own. */
  startUnder(nodeOptions: readonly string[], ...args: string[]): Child {
    return this.#spawn(process.execPath, [...nodeOptions, join(this.#folder, 'dist/cli/main.js'), ...args]);
  }

  /** Starts it by a line of the shell, in which `$WIREKEEPER` stands for it. */
  startShell(line: string): Child {
    const env = { ...process.env, WIREKEEPER: `${process.execPath} ${join(this.#folder, 'dist/cli/main.js')}` };
    return this.#spawn('sh', ['-c', line], { env });
  }

  /** Starts it by `npm start`, in a process group of its own. */
  startNpm(...args: string[]): Child {
    return this.#spawn('npm', ['start', '--ignore-scripts', '--', ...args], { cwd: this.#folder, detached: true });
  }

  /** Puts a module beside the package, which it imports by its name, and returns its path. TypeScript is compiled. */
  async module(source: URL): Promise<string> {
    this.#programs += 1;
    const file = join(this.#folder, `module-${this.#programs}.mjs`);
    await build({
      input: fileURLToPath(source),
      platform: 'node',
      external: (id) => id.startsWith('node:') || /^wirekeeper(?:\/|$)/.test(id),
      output: { file, codeSplitting: false },
    });
    return file;
  }

  /** Puts a file of JavaScript beside the package, and returns its path. */
  async file(name: string, text: string): Promise<string> {
    const file = join(this.#folder, name);
    await writeFile(file, text);
    return file;
  }

  /** Starts a program that imports the package by its name: an ES module in JavaScript. */
  async run(source: string): Promise<Child> {
    this.#programs += 1;
    const path = join(this.#folder, `program-${this.#programs}.mjs`);
    await writeFile(path, source);
    return this.#spawn(process.execPath, [path]);
  }

  #spawn(command: string, args: readonly string[], options: SpawnOptions = {}): Child {
    const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#children.add(child);
    if (options.detached === true) this.#leaders.add(child);
    child.on('exit', () => this.#children.delete(child));
    const stdout = new Transcript();
    const stderr = new Transcript();
    child.stdout.pipe(stdout);
    child.stderr.pipe(stderr);
    return {
      stdout,
      stderr,
      stdin: child.stdin,
      signal: (name) => child.kill(name),
      signalGroup: (name) => process.kill(-(child.pid ?? Number.NaN), name),
      unread: () => child.stdout.destroy(),
      status: once(child, 'close').then(([code, signal]) => code ?? String(signal)),
    };
  }

  /** Ends what a failed test has left running. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#children].map((child) => {
        if (this.#leaders.has(child) && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
        return once(child, 'close');
      }),
    );
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One process. */
export interface Child {
  readonly stdout: Transcript;
  readonly stderr: Transcript;
  readonly stdin: NodeJS.WritableStream;
  signal(name: NodeJS.Signals): void;
  /** Signals every process of its group, if it has one of its own. */
  signalGroup(name: NodeJS.Signals): void;
  /** Reads its stdout no more. */
  unread(): void;
  /** Its exit status, or the name of the signal that ended it. */
  readonly status: Promise<number | string>;
}
