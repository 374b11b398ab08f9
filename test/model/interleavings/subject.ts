import type { Connection, SendResult } from '../../../src/supervisor/api/connection.js';
import type { CloseReport, CloseTrigger } from '../../../src/transport/close-report.js';
import { NotSentError } from '../../../src/transport/errors.js';

/** What an act may begin: with one of these triggers, and this code if it is the user's. */
export interface Why {
  readonly by: string;
  readonly triggers: readonly CloseTrigger[];
  readonly code?: number;
  /** The connection whose code it is; those that end with it have their own. Default: all that end. */
  readonly of?: Connection<unknown>;
}

/** How one message was sent, and what its sender has learnt. */
interface Sending {
  /** Its number among those taken, from 0. */
  readonly index: number;
  fate: string | undefined;
}

/** What the test knows of one connection under test. */
export class Subject {
  readonly connection: Connection<unknown>;
  /** The texts that were taken. */
  readonly taken: string[] = [];
  readonly sendings: Sending[] = [];
  /** What each consumer has received, in order. */
  readonly logs: string[][] = [];
  readonly reports: CloseReport[] = [];
  resolved: CloseReport | undefined;
  hasOpened = false;
  /** The states seen, without repetition. */
  readonly states: string[] = [];
  /** What has begun the ending, if it was seen to. */
  beganBy: Why | undefined;
  /** What may have begun it by the time that was seen. */
  possibleThen: ReadonlySet<CloseTrigger> | undefined;
  /** What else may have begun it. */
  readonly possible = new Set<CloseTrigger>();
  /** How many frames of how many that had come were received when a consumer saw the end, if all were to be. */
  readonly readAll: { readonly received: number; readonly came: number }[] = [];
  /** Frames were dropped on purpose: by `discardFrames`, or as the handler has returned. */
  isDiscarding = false;
  /** The code that the handler has returned. */
  returned: number | undefined;
  dropped = 0;
  /** Answers at once that were refused, as the connection was not open. */
  unanswered = 0;

  constructor(connection: Connection<unknown>) {
    this.connection = connection;
    this.states.push(connection.state);
    void connection.closed.then((report) => {
      this.resolved = report;
    });
  }

  /** The link's name: the client's request or the server's answer has it. `undefined` while there is no link. */
  get key(): string | undefined {
    const { request, response } = this.connection;
    const field = response?.headers['x-key'];
    return request?.url.slice(1) ?? (typeof field === 'string' ? field : undefined);
  }

  began(why: Why | undefined, possible: ReadonlySet<CloseTrigger>): void {
    this.beganBy = why;
    this.possibleThen = possible;
  }

  /** A consumer of its own, which logs what it receives. */
  consumer(): (text: string) => void {
    const log: string[] = [];
    this.logs.push(log);
    return (text) => log.push(text);
  }

  /** A consumer has read to the end. */
  sawEnd(): void {
    if (this.isDiscarding) return;
    const received = this.logs.reduce((sum, { length }) => sum + length, 0);
    this.readAll.push({ received, came: this.connection.toJSON().framesIn });
  }

  /** Sends the next message, `padding` bytes longer than need be. */
  send(padding: number): SendResult {
    const text = this.#nextText(padding);
    return this.#sent(text, this.connection.send(text));
  }

  /** The same by other means, which return a `SendResult`. */
  sendBy(send: (text: string) => SendResult): SendResult {
    const text = this.#nextText(0);
    return this.#sent(text, send(text));
  }

  /** Sends and waits; what becomes of the message is checked in the end. */
  async sendAndWait(padding: number, withinMs: number | undefined): Promise<void> {
    const text = this.#nextText(padding);
    const { framesOut } = this.connection.toJSON();
    const done = this.connection.sendAndWait(text, { withinMs });
    const isTaken = this.connection.toJSON().framesOut > framesOut;
    const sending: Sending = { index: this.taken.length, fate: undefined };
    if (isTaken) {
      this.taken.push(text);
      this.sendings.push(sending);
    }
    try {
      await done;
      sending.fate = 'written';
    } catch (error) {
      if (error instanceof NotSentError) sending.fate = error.fate;
      if (error instanceof NotSentError && error.fate === 'dropped') this.dropped += 1;
      throw error;
    }
  }

  #nextText(padding: number): string {
    return `${this.key ?? 'none'}:${this.taken.length}${padding > 0 ? `:${'y'.repeat(padding)}` : ''}`;
  }

  #sent(text: string, result: SendResult): SendResult {
    if (result === 'taken' || result === 'backpressure') this.taken.push(text);
    if (result === 'dropped') this.dropped += 1;
    return result;
  }

  /** Looks at the state; returns whether the ending has begun since the last look. */
  look(): boolean {
    const { state } = this.connection;
    const before = this.states.at(-1);
    if (state === before) return false;
    this.states.push(state);
    return before === 'connecting' ? state !== 'open' : before === 'open';
  }
}
