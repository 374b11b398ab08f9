/** Orders as JSON lines on stdin, reports as JSON lines on stdout: what the peers in JavaScript have in common. */
import { createInterface } from 'node:readline';

export const report = (event, facts = {}) => process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);

export const reportMessage = (data) =>
  report('message', typeof data === 'string' ? { text: data } : { base64: Buffer.from(data).toString('base64') });

export const messageOf = ({ text, base64 }) => text ?? Buffer.from(base64, 'base64');

/** Reports what comes on a client's WebSocket of the standard's kind until its end. */
export function converse(socket) {
  let hasOpened = false;
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    hasOpened = true;
    report('open', { subprotocol: socket.protocol, isDeflated: socket.extensions.includes('permessage-deflate') });
  });
  socket.addEventListener('message', ({ data }) => reportMessage(data));
  // The event `close` follows, and says all there is to know.
  socket.addEventListener('error', () => {});
  socket.addEventListener('close', ({ code, reason }) =>
    hasOpened ? report('closed', { code, reason }) : report('failed', { message: `${code}` }),
  );
}

/** Obeys until stdin ends, so that the peer ends with the process that started it. */
export async function obeyAll(obey, end = async () => {}) {
  for await (const line of createInterface({ input: process.stdin })) await obey(JSON.parse(line));
  await end();
  process.exit();
}
