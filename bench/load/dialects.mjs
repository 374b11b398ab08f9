import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { maskedFrame, opcodes } from './frames.mjs';

/**
 * @typedef {object} Dialect how a message looks on the wire
 * @property {string} path what the handshake asks for
 * @property {readonly Buffer[]} greeting messages that the client sends after the 101, each after one message of the
 * server
 * @property {number} greetings messages that the server sends before the connection can be used
 * @property {boolean} hasTextHeartbeat whether a one-byte text message is a heartbeat and is answered in kind
 * @property {(payload: Buffer, isBinary: boolean) => { opcode: number, payload: Buffer }[]} encode the frames of one
 * message
 */

/** A message is a frame. */
const plain = {
  path: '/',
  greeting: [],
  greetings: 0,
  hasTextHeartbeat: false,
  encode: (payload, isBinary) => [{ opcode: isBinary ? opcodes.binary : opcodes.text, payload }],
};

/**
 * socket.io's protocol 5 over engine.io's protocol 4: a message is an event packet, binary data follows it as a frame.
 */
const socketio = {
  path: '/socket.io/?EIO=4&transport=websocket',
  greeting: [maskedFrame(opcodes.text, Buffer.from('40'))],
  greetings: 2,
  hasTextHeartbeat: true,
  encode: (payload, isBinary) =>
    isBinary
      ? [
          { opcode: opcodes.text, payload: Buffer.from('451-["message",{"_placeholder":true,"num":0}]') },
          { opcode: opcodes.binary, payload },
        ]
      : [{ opcode: opcodes.text, payload: Buffer.from(`42["message",${JSON.stringify(payload.toString())}]`) }],
};

/** @type {Readonly<Record<string, Dialect>>} */
export const dialects = Object.freeze({ plain, socketio });

/** One message as masked client bytes; compressed without context if asked, as RFC 7692 section 7.2.1 has it. */
export function messageBytes(dialect, payload, isBinary, isDeflated) {
  return Buffer.concat(
    dialect
      .encode(payload, isBinary)
      .map((frame) => maskedFrame(frame.opcode, isDeflated ? deflated(frame.payload) : frame.payload, isDeflated)),
  );
}

/** A sync flush ends in 00 00 ff ff, which RFC 7692 takes off. */
function deflated(payload) {
  return deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

/** The payload of a received frame as the server's application gave it. */
export function plainPayload(frame) {
  if (!frame.isCompressed) return frame.payload;
  const whole = Buffer.concat([frame.payload, Buffer.from([0, 0, 0xff, 0xff])]);
  return inflateRawSync(whole, { finishFlush: constants.Z_SYNC_FLUSH });
}
