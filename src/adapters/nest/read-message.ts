import type { Frame } from '../../index.js';
import type { GatewayMessage } from './adapter-options.js';

/** Reads JSON with `event` and `data`. Any client may send something else: that is ignored. */
export function readMessage(frame: Frame): GatewayMessage | undefined {
  const value = jsonOf(frame);
  if (typeof value !== 'object' || value === null || !('event' in value) || typeof value.event !== 'string')
    return undefined;
  return { event: value.event, data: 'data' in value ? value.data : undefined };
}

function jsonOf(frame: Frame): unknown {
  try {
    return frame.json();
  } catch {
    return undefined;
  }
}
