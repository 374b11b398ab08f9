import { messageBytes } from './dialects.mjs';

const WORDS = 'supervise restart drain close frame wire child handler intensity backoff'.split(' ');

/** A payload of ASCII letters: text that a compressor finds ordinary, and the same in every run. */
export function payloadOf(bytes) {
  let text = '';
  for (let at = 0; text.length < bytes; at += 1) text += `${WORDS[(at * 7 + (at >> 3)) % WORDS.length]} ${at} `;
  return Buffer.from(text.slice(0, bytes));
}

/**
 * A message that an echo load sends again and again: built and masked before the load begins.
 *
 * @param {import('./dialects.mjs').Dialect} dialect
 * @param {{ payloadBytes: number, isBinary: boolean, isDeflated: boolean, atOnce: number }} options `atOnce`: the most
 *   that are ever written together
 */
export function prepareMessage(dialect, { payloadBytes, isBinary, isDeflated, atOnce }) {
  const payload = payloadOf(payloadBytes);
  const copies = Array.from({ length: atOnce }, () => messageBytes(dialect, payload, isBinary, isDeflated));
  const size = copies[0].length;
  const block = Buffer.concat(copies);
  const expected = dialect.encode(payload, isBinary);
  return {
    /** `count` messages, one after the other. */
    many: (count) => block.subarray(0, count * size),
    expected,
    /** Frames that make one echoed message. */
    framesPerReply: expected.length,
  };
}
