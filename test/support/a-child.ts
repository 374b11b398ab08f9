import type { ChildExit, ChildSpec, Exit, RunningChild, Worker } from '../../src/supervisor/api/child-spec.js';

/** What a child does when it is shut down: it ends, or goes on until it is terminated or exits by itself. */
export type AtShutDown = 'ends' | 'lingers';

/** A child whose runs the test ends, with everything that was asked of it. */
export class TestChild {
  readonly id: string;
  readonly handle: Worker = { kind: 'worker' };
  /** The calls made on it, in order. */
  readonly asked: string[] = [];
  /** Shared by children, to see who comes first. */
  readonly log: string[];
  /** What the next starts throw. */
  readonly startErrors: Error[] = [];
  concluded: ChildExit | undefined;
  atShutDown: AtShutDown = 'ends';
  #exit: (exit: Exit) => void = () => {};
  #isAlive = false;

  constructor(id: string, log: string[] = []) {
    this.id = id;
    this.log = log;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Its spec; `restart` and `shutdown` as given. */
  spec(settings: Omit<ChildSpec<Worker>, 'id' | 'start'> = {}): ChildSpec<Worker> {
    return { id: this.id, ...settings, start: () => this.start() };
  }

  start(): RunningChild<Worker> {
    this.#note('start');
    const error = this.startErrors.shift();
    if (error !== undefined) throw error;
    this.#isAlive = true;
    const exited = new Promise<Exit>((resolve) => {
      this.#exit = resolve;
    });
    return {
      handle: this.handle,
      exited,
      shutDown: ({ code, reason }) => {
        this.#note(`shutDown ${code} ${reason}`.trimEnd());
        if (this.atShutDown === 'ends') this.exit('shutdown');
      },
      terminate: () => {
        this.#note('terminate');
        this.exit('abnormal');
      },
      conclude: (exit) => {
        this.concluded = exit;
      },
    };
  }

  /** It exits by itself. */
  exit(reason: Exit['reason'], error?: Error): void {
    this.#isAlive = false;
    this.#exit({ reason, ...(error === undefined ? {} : { error }) });
  }

  #note(what: string): void {
    this.asked.push(what);
    this.log.push(`${this.id}: ${what}`);
  }
}
