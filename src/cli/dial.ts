import { Conversation } from './conversation.js';
import { jsonOutput, plainOutput } from './dial-output.js';
import { headerFields } from './header-field.js';
import { openScreen } from './screen.js';
import type { Terminal } from './terminal.js';

/** How long `--once` waits for an answer after the end of stdin, in ms. */
export const ONCE_WAITS_MS = 5000;

/** The options of `wirekeeper dial`. */
export interface DialCommandOptions {
  readonly url: string;
  /** `Name: value`, as given. */
  readonly headers: readonly string[];
  readonly protocols: readonly string[];
  readonly origin?: string | undefined;
  readonly once: boolean;
  /** How long to wait for a message after the end of stdin, in ms. Default 0; with `once` 5,000. */
  readonly waitMs?: number | undefined;
  readonly json: boolean;
  readonly insecure: boolean;
}

/**
 * Talks to a server: lines of stdin become text messages, messages become lines of stdout. The first signal closes
 * properly, the second drops the connection.
 *
 * @returns the exit status: 0 when the last connection ended as expected and no line was lost, else 1.
 * @throws {OptionError} for a wrong URL, header field, or subprotocol.
 */
export async function dial(options: DialCommandOptions, terminal: Terminal): Promise<number> {
  const { url, protocols, origin, once, json, insecure } = options;
  const headers = headerFields([...options.headers, ...(origin === undefined ? [] : [`Origin: ${origin}`])]);
  const screen = openScreen(terminal);
  try {
    const conversation = new Conversation({
      to: { url, headers, protocols, tls: insecure ? { rejectUnauthorized: false } : {} },
      once,
      waitMs: options.waitMs ?? (once ? ONCE_WAITS_MS : 0),
      screen,
      output: json ? jsonOutput(screen) : plainOutput(screen, url),
    });
    const offSignal = terminal.onSignal(conversation.interrupt);
    screen.onInterrupt(conversation.interrupt);
    const status = await conversation.hold();
    offSignal();
    return status;
  } finally {
    screen.close();
  }
}
