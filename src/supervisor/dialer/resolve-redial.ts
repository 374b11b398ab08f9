import type { DialerEvent } from '../../machines/dialer-machine.js';
import { checkClose } from '../../transport/close-code.js';
import type { CloseFrame } from '../../transport/close-report.js';
import type { DialRoute } from '../../transport/transport.js';
import type { RedialOptions, StopOptions } from '../api/dialer.js';
import { checkBoolean, readOptions } from '../options/option-rules.js';
import { resolveUrl } from '../options/options.js';
import { checkWay } from './resolve-route.js';

/** A redial, checked and with its defaults. */
interface RedialAsked extends CloseFrame {
  readonly overlap: boolean;
  readonly url?: string;
}

/**
 * Checks what `redial` was given: a reason, or options.
 *
 * @throws {OptionError} for a wrong option, and for a URL that the dialer's `agent` or `proxy` is not for;
 *   {CloseFrameError} for a code or reason that may not be sent.
 */
export function resolveRedial(given: string | RedialOptions, route: DialRoute): RedialAsked {
  if (typeof given === 'string') return { overlap: false, ...checkedClose({ reason: given }, 'redial') };
  const { overlap = false, url, ...close } = readOptions(given, ['overlap', 'url', 'code', 'reason'], 'redial');
  checkBoolean(overlap, 'redial: overlap');
  const asked = { overlap, ...checkedClose(close, 'redial') };
  if (url === undefined) return asked;
  const target = resolveUrl(url, 'redial: url');
  checkWay(target, route, 'redial');
  return { ...asked, url: target };
}

/**
 * Checks the code and reason of a Close frame.
 *
 * @throws {OptionError} for a wrong option; {CloseFrameError} for a code or reason that may not be sent.
 */
export function resolveClose(given: StopOptions, call: string): CloseFrame {
  return checkedClose(readOptions(given, ['code', 'reason'], call), call);
}

/** The Close frame that an event asks for: 1000 without a reason, unless it says more. */
export function closeAskedBy(event: DialerEvent | undefined): CloseFrame {
  switch (event?.type) {
    case 'redial':
    case 'overlap':
    case 'stop':
      return { code: event.code ?? 1000, reason: event.reason ?? '' };
    // The retry policy has thrown: the code of a handler that has.
    case 'verdict.crashed':
      return { code: 1011, reason: '' };
    default:
      return { code: 1000, reason: '' };
  }
}

function checkedClose({ code = 1000, reason = '' }: StopOptions, call: string): CloseFrame {
  checkClose(code, reason, 'dialed', call);
  return { code, reason };
}
