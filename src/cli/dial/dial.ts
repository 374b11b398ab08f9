import { MASKED, UNMASKED } from '../../inspect/redaction/masked.js';
import { deliberate } from '../process/deliberate.js';
import { atMost, FLUSH_WITHIN_MS } from '../process/outlet.js';
import { openScreen, type Screen } from '../process/screen.js';
import type { Terminal } from '../process/terminal.js';
import { Conversation } from './conversation.js';
import { jsonOutput, plainOutput } from './dial-output.js';
import { headerFields } from './header-field.js';

/** How long `--once` waits for an answer after the end of stdin, in ms. */
export const ONCE_WAITS_MS = 5000;

/** The options of `wirekeeper dial`. */
export interface DialCommandOptions {
  readonly url: string;
  /** `Name: value`, as given. */
  readonly headers: readonly string[];
  readonly protocols: readonly string[];
  readonly origin?: string | undefined;
  /** The URL of a proxy, or `environment`. Default: none. */
  readonly proxy?: string | undefined;
  /** How many redirects are followed. Default 0. */
  readonly redirects?: number | undefined;
  readonly once: boolean;
  /** How long to wait for a message after the end of stdin, in ms. Default 0; with `once` 5,000. */
  readonly waitMs?: number | undefined;
  readonly json: boolean;
  readonly insecure: boolean;
  /** Whether URLs and errors are shown as they are. Default false. */
  readonly showSecrets?: boolean;
}

/**
 * Talks to a server: lines of stdin become text messages, messages become lines of stdout. The first signal
 * closes the connection, another one drops it.
 *
 * @returns the exit status: 0 when the last connection ended as expected and neither a line nor a message was lost,
 * else 1.
 * @throws {OptionError} for a wrong URL, header field, or subprotocol.
 */
export async function dial(options: DialCommandOptions, terminal: Terminal): Promise<number> {
  const { url, protocols, origin, proxy, redirects, once, json, insecure } = options;
  const masking = options.showSecrets === true ? UNMASKED : MASKED;
  const headers = headerFields([...options.headers, ...(origin === undefined ? [] : [`Origin: ${origin}`])]);
  const screen = openScreen(terminal);
  try {
    const conversation = new Conversation({
      to: { url, headers, protocols, proxy, redirects, tls: insecure ? { rejectUnauthorized: false } : {} },
      once,
      waitMs: options.waitMs ?? (once ? ONCE_WAITS_MS : 0),
      screen,
      output: json ? jsonOutput(screen, masking) : plainOutput(screen, url, masking),
    });
    const terminateNow = new AbortController();
    const interrupt = () => {
      terminateNow.abort();
      conversation.interrupt();
    };
    const offSignal = terminal.onSignal(deliberate(interrupt, terminal.now));
    screen.onInterrupt(interrupt);
    const status = await conversation.hold();
    await read(screen, terminateNow.signal);
    offSignal();
    return screen.fault === undefined ? status : 1;
  } finally {
    screen.close();
  }
}

/** Waits until all output has been read, however slow the reader is; after a signal not much longer. */
async function read(screen: Screen, terminateNow: AbortSignal): Promise<void> {
  const hurried = new Promise<void>((resolve) => {
    if (terminateNow.aborted) resolve();
    else terminateNow.addEventListener('abort', () => resolve(), { once: true });
  });
  const all = screen.flushed();
  await Promise.race([all, hurried]);
  await atMost(FLUSH_WITHIN_MS, all);
}
