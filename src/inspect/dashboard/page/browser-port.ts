import { type Access, PROTOCOL } from '../protocol.js';
import type { FeedPort } from './model/feed-client.js';

/** The browser as the feed's client needs it. All addresses are relative to the page. */
export function browserPort(): FeedPort {
  return {
    async access() {
      const answer = await fetch('access', { cache: 'no-store' });
      if (!answer.ok && answer.status !== 401 && answer.status !== 403) throw new Error(`HTTP ${answer.status}`);
      return (await answer.json()) as Access;
    },
    async sendToken(token) {
      const answer = await fetch('access', { method: 'POST', headers: { authorization: `Bearer ${token}` } });
      if (answer.status !== 401 && !answer.ok) throw new Error(`HTTP ${answer.status}`);
      return answer.ok;
    },
    open({ onMessage, onClose }) {
      const url = new URL('feed', document.baseURI);
      url.protocol = url.protocol.replace('http', 'ws');
      url.hash = '';
      const socket = new WebSocket(url, PROTOCOL);
      socket.addEventListener('message', ({ data }) => onMessage(String(data)));
      socket.addEventListener('close', ({ reason }) => onClose(reason));
      return {
        // What is sent before the opening is wished again at the welcome.
        send(text) {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close: () => socket.close(),
      };
    },
    timer(callback, ms) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    now: Date.now,
  };
}
