/** What is wrong with a message, with the code that ws has for it: `closeCodeOf` knows those. */
function fault(code: string, message: string): Error {
  return Object.assign(new RangeError(message), { code });
}

export function tooBig(): Error {
  return fault('WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'Max payload size exceeded');
}

export function tooManyFragments(): Error {
  return fault('WS_ERR_TOO_MANY_BUFFERED_PARTS', 'Too many message fragments');
}

export function notText(): Error {
  return fault('WS_ERR_INVALID_UTF8', 'Invalid WebSocket frame: invalid UTF-8 sequence');
}
