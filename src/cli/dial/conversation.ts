import {
  CloseFrameError,
  type CloseReport,
  type Connection,
  createSupervisor,
  type Dialer,
  type DialOptions,
  defaultRetry,
  EndedError,
  type Handler,
  NotSentError,
  type RetryPolicy,
  type Supervisor,
} from '../../index.js';
import { statusOfConversation } from '../process/exit-status.js';
import type { Screen } from '../process/screen.js';
import { LONGEST_BYTES } from '../process/stdin-input.js';
import { Answers } from './answers.js';
import type { DialOutput } from './dial-output.js';
import { type Command, type Entry, entryOf, type Reading } from './entry.js';
import { Pings } from './pings.js';
import { sendLines } from './send-lines.js';

/** The longest interval of a timer. */
const LONG_MS = 2 ** 31 - 1;

/** Settings of a conversation. */
export interface ConversationOptions {
  readonly to: Pick<DialOptions, 'url' | 'headers' | 'protocols' | 'tls' | 'proxy' | 'redirects'>;
  /** Whether its first connection is its last. */
  readonly once: boolean;
  /** How long to wait for a message after the end of the lines, in ms. */
  readonly waitMs: number;
  /** Messages that each connection begins with. */
  readonly execute: readonly (string | Buffer)[];
  /** How often to ping, in ms; `undefined` pings when asked only. */
  readonly pingEveryMs: number | undefined;
  readonly reading: Reading;
  readonly screen: Screen;
  readonly output: DialOutput;
}

/** A peer that closes with 1000 has finished; other endings are judged by `defaultRetry`. */
const retryUnlessDone: RetryPolicy = (report, attempt, context) =>
  report.trigger === 'peer-closed' && report.code === 1000 ? 'stop' : defaultRetry(report, attempt, context);

/** Lines become text messages, messages become lines, across as many connections as that takes. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #supervisor: Supervisor;
  readonly #dialer: Dialer;
  readonly #answers = new Answers();
  readonly #pings: Pings;
  readonly #interruption = new AbortController();
  /** The number of lines and messages that were not sent. */
  #lost = 0;
  /** The codes that the user has asked to close with. */
  readonly #closeCodes: number[] = [];

  /**
   * Starts dialing.
   *
   * @throws {OptionError} for a wrong URL, header field, or subprotocol.
   */
  constructor(options: ConversationOptions) {
    const { to, once, output } = options;
    this.#options = options;
    this.#pings = new Pings(output);
    this.#supervisor = createSupervisor({ name: 'dial' });
    this.#supervisor.events$.subscribe((event) => {
      if (event.type === 'dialer.status') output.status(event.status);
      else if (event.type === 'connection.ended') output.ended(event.report);
    });
    this.#dialer = this.#supervisor.dial({
      ...to,
      id: 'dial',
      // Stdin can be read once only, so a restarted dialer would have no lines.
      restart: 'temporary',
      retry: once ? () => 'stop' : retryUnlessDone,
      limits: {
        // More than a service would accept: the user has asked for these messages, and has written those.
        maxPayloadBytes: LONGEST_BYTES,
        maxBufferedBytes: 2 * LONGEST_BYTES,
        // A slow reader of stdout, such as a pager, is no failure.
        pausedWithinMs: Number.POSITIVE_INFINITY,
      },
      handler: this.#listen,
    });
    output.status({ type: 'dialing', attempt: 1 });
  }

  /** Closes the connection; a second call drops TCP. */
  readonly interrupt = (): void => {
    const isSecond = this.#interruption.signal.aborted;
    this.#interruption.abort(new Error('interrupted'));
    this.#answers.over();
    void (isSecond ? this.#dialer.terminate() : this.#dialer.stop());
  };

  /**
   * Runs until the lines or the dialer have ended.
   *
   * @returns the exit status: 0 when the last connection ended as expected and no line was lost, else 1.
   */
  async hold(): Promise<number> {
    // While the dialer waits for its next attempt, nothing else may keep the process alive.
    const keepAlive = setInterval(() => {}, LONG_MS);
    try {
      const [report] = await Promise.all([this.#ended(), this.#talk()]);
      return this.#lost > 0 ? 1 : statusOfConversation(report, ...this.#closeCodes);
    } finally {
      clearInterval(keepAlive);
      await this.#supervisor.stop();
    }
  }

  async #ended(): Promise<CloseReport | undefined> {
    const { report } = await this.#dialer.ended;
    this.#answers.over();
    this.#options.screen.close();
    return report;
  }

  readonly #listen: Handler = async (connection) => {
    const { execute, pingEveryMs, output } = this.#options;
    for (const message of execute) void this.#begin(connection, message);
    if (pingEveryMs !== undefined) this.#pings.sendEvery(pingEveryMs, connection);
    for await (const frame of connection) {
      await output.frame(frame);
      this.#answers.came();
    }
    return connection.closed;
  };

  /** Sends one of the first messages of a connection. */
  async #begin(connection: Connection, message: string | Buffer): Promise<void> {
    this.#answers.expect();
    try {
      await connection.sendAndWait(message);
    } catch (error) {
      if (!(error instanceof NotSentError)) throw error;
      this.#lost += 1;
      this.#options.output.notSent(message, error.fate);
    }
  }

  /** Sends every line, waits for an answer if asked to, then closes. */
  async #talk(): Promise<void> {
    const { output, waitMs } = this.#options;
    const { signal } = this.#interruption;
    try {
      const { lost } = await sendLines(this.#entries(), {
        dialer: this.#dialer,
        signal,
        onSend: () => this.#answers.expect(),
        onNotSent: (data, fate) => output.notSent(data, fate),
        onMistake: (problem) => output.mistake(problem),
        obey: (command) => this.#obey(command),
      });
      this.#lost += lost;
      await this.#connectedOnce(signal);
      await Promise.all([this.#answers.settled(waitMs), this.#pings.settled()]);
    } finally {
      await this.#dialer.stop();
    }
  }

  async *#entries(): AsyncGenerator<Entry> {
    const { screen, reading } = this.#options;
    for await (const line of screen.lines) yield entryOf(line, reading);
  }

  async #obey(command: Command): Promise<'obeyed' | 'lost' | 'over'> {
    switch (command.type) {
      case 'ping':
        return this.#ping();
      case 'close':
        return this.#close(command.code, command.reason);
    }
  }

  async #ping(): Promise<'obeyed' | 'over'> {
    try {
      this.#pings.send(await this.#dialer.connected({ signal: this.#interruption.signal }));
      return 'obeyed';
    } catch (error) {
      if (error instanceof EndedError || this.#interruption.signal.aborted) return 'over';
      throw error;
    }
  }

  /** Waits for the first connection, so that commands may be piped as lines are. */
  async #close(code: number | undefined, reason: string | undefined): Promise<'lost' | 'over'> {
    await this.#connectedOnce(this.#interruption.signal);
    try {
      void this.#dialer.stop({ code, reason });
    } catch (error) {
      if (!(error instanceof CloseFrameError)) throw error;
      this.#options.output.mistake(error.message.replace(/^stop: /, ''));
      return 'lost';
    }
    if (code !== undefined) this.#closeCodes.push(code);
    this.#answers.over();
    return 'over';
  }

  /** Without any line the command still waits for one connection, since its exit status reports that. */
  async #connectedOnce(signal: AbortSignal): Promise<void> {
    if (this.#dialer.lastReport?.openedAt !== undefined) return;
    await Promise.race([this.#dialer.connected({ signal }).catch(() => undefined), this.#dialer.ended]);
  }
}
