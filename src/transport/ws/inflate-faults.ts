/** What is wrong with an inflated message, with the code that ws has for it: `closeCodeOf` knows those. */
function fault(code: string, message: string): Error {
  return Object.assign(new RangeError(message), { code });
}

export function tooBig(): Error {
  return fault('WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'Max payload size exceeded');
}

export function notText(): Error {
  return fault('WS_ERR_INVALID_UTF8', 'Invalid WebSocket frame: invalid UTF-8 sequence');
}
