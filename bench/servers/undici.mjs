/** The WebSocket that Node has of its own: undici's. */
import { once } from 'node:events';
import { answerReceiver } from './receiving.mjs';
import { readSettings } from './settings.mjs';

answerReceiver(readSettings(), async ({ url, take }) => {
  const ws = new WebSocket(url);
  ws.binaryType = 'arraybuffer';
  ws.addEventListener('message', take);
  await once(ws, 'open');
});
