import {
  createSupervisor,
  type Dialer,
  type DialOptions,
  defaultRetry,
  type Handler,
  type RetryPolicy,
  type Supervisor,
} from '../../index.js';
import { statusOfConversation } from '../process/exit-status.js';
import type { Screen } from '../process/screen.js';
import { Answers } from './answers.js';
import type { DialOutput } from './dial-output.js';
import { sendLines } from './send-lines.js';

/** More than a service would accept: the user has asked for these messages. */
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

/** The longest interval of a timer. */
const LONG_MS = 2 ** 31 - 1;

/** Settings of a conversation. */
export interface ConversationOptions {
  readonly to: Pick<DialOptions, 'url' | 'headers' | 'protocols' | 'tls' | 'proxy' | 'redirects'>;
  /** Whether its first connection is its last. */
  readonly once: boolean;
  /** How long to wait for a message after the end of the lines, in ms. */
  readonly waitMs: number;
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
  readonly #interruption = new AbortController();

  /**
   * Starts dialing.
   *
   * @throws {OptionError} for a wrong URL, header field, or subprotocol.
   */
  constructor(options: ConversationOptions) {
    const { to, once, output } = options;
    this.#options = options;
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
      // A slow reader of stdout, such as a pager, is no failure.
      limits: { maxPayloadBytes: MAX_PAYLOAD_BYTES, pausedWithinMs: Number.POSITIVE_INFINITY },
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
      const talk = this.#talk();
      const { report } = await this.#dialer.ended;
      this.#answers.over();
      this.#options.screen.close();
      return (await talk) > 0 ? 1 : statusOfConversation(report);
    } finally {
      clearInterval(keepAlive);
      await this.#supervisor.stop();
    }
  }

  readonly #listen: Handler = async (connection) => {
    for await (const frame of connection) {
      await this.#options.output.frame(frame);
      this.#answers.came();
    }
    return connection.closed;
  };

  /** Sends every line, waits for an answer if asked to, then closes. Returns the number of lost lines. */
  async #talk(): Promise<number> {
    const { screen, output, waitMs } = this.#options;
    const { signal } = this.#interruption;
    const { lost } = await sendLines(screen.lines, {
      dialer: this.#dialer,
      signal,
      onSend: () => this.#answers.expect(),
      onNotSent: (line, fate) => output.notSent(line, fate),
    });
    await this.#answers.settled(waitMs);
    await this.#connectedOnce(signal);
    await this.#dialer.stop();
    return lost;
  }

  /** Without any line the command still waits for one connection, since its exit status reports that. */
  async #connectedOnce(signal: AbortSignal): Promise<void> {
    if (this.#dialer.lastReport?.openedAt !== undefined) return;
    await Promise.race([this.#dialer.connected({ signal }).catch(() => undefined), this.#dialer.ended]);
  }
}
