/** Chromium's WebSocket, a client, driven by playwright-core from a process of its own: see orders.mjs. */
import { createRequire } from 'node:module';
import { obeyAll, report } from './orders.mjs';

const [executablePath] = process.argv.slice(2);
const packageOf = createRequire(new URL('../../browser/package.json', import.meta.url));
const { chromium } = packageOf('playwright-core');

/** Runs in the page: opens a WebSocket, and reports what comes until its end. */
function connect({ url, protocols }) {
  const base64Of = (bytes) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  };
  let hasOpened = false;
  const socket = new WebSocket(url, protocols);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    hasOpened = true;
    const isDeflated = socket.extensions.includes('permessage-deflate');
    window.report('open', { subprotocol: socket.protocol, isDeflated });
  });
  socket.addEventListener('message', ({ data }) =>
    window.report('message', typeof data === 'string' ? { text: data } : { base64: base64Of(new Uint8Array(data)) }),
  );
  socket.addEventListener('close', ({ code, reason }) =>
    hasOpened ? window.report('closed', { code, reason }) : window.report('failed', { message: `${code}` }),
  );
  window.socket = socket;
}

/** Runs in the page. */
function send({ text, base64 }) {
  window.socket.send(text ?? Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

// Chromium's sandbox needs rights that root in a container does not have.
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
const page = await browser.newPage();
await page.exposeFunction('report', report);

await obeyAll(
  async (order) => {
    if (order.do === 'connect') await page.evaluate(connect, order);
    else if (order.do === 'send') await page.evaluate(send, order);
    else if (order.do === 'close') await page.evaluate(({ code, reason }) => window.socket.close(code, reason), order);
  },
  () => browser.close(),
);
