import { createHash } from 'node:crypto';

/** The page on which Stately's inspector draws what it is sent. */
export const STATELY_INSPECTOR = 'https://stately.ai/inspect';

/** A page, with the header fields that it is sent with. */
export interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const STYLE = `
html, body { height: 100%; margin: 0; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; grid-template-rows: auto 1fr; }
p { margin: 0; padding: 0.25rem 1rem; background: #14213d; color: #fff; }
iframe { width: 100%; height: 100%; border: 0; }
`;

/**
 * Connects when the inspector says that it is there, so nothing is kept in between, and again when it is loaded again.
 * The token and the filter are those of the page's own URL.
 */
const SCRIPT = `
const frame = document.querySelector('iframe');
const status = document.querySelector('p');
const { origin } = new URL(frame.src);
let socket;
addEventListener('message', (event) => {
  if (event.source !== frame.contentWindow || event.origin !== origin) return;
  if (event.data?.type !== '@statelyai.connected') return;
  if (socket) socket.onclose = null;
  socket?.close();
  socket = new WebSocket(location.href.replace(/^http/, 'ws').replace(/#.*/, ''));
  socket.onopen = () => { status.textContent = 'Attached.'; };
  socket.onmessage = ({ data }) => frame.contentWindow.postMessage(JSON.parse(data), origin);
  socket.onclose = ({ code }) => {
    status.textContent = 'The connection has ended with ' + code + '. Reload the page to attach again.';
  };
});
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Makes the page that shows a supervisor in an inspector: it has the inspector in a frame, and passes the messages of
 * the inspection server on to it. It holds no secret, and what it passes on is redacted.
 *
 * @param inspectorUrl the page of the inspector.
 */
export function pageWith(inspectorUrl: string): Page {
  const { href, origin } = new URL(inspectorUrl);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>wirekeeper: inspection</title>
<style>${STYLE}</style>
</head>
<body>
<p role="status">Waiting for the inspector at ${escaped(origin)}.</p>
<iframe title="Inspector" src="${escaped(href)}" referrerpolicy="no-referrer"></iframe>
<script>${SCRIPT}</script>
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    "base-uri 'none'",
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    `frame-src ${origin}`,
    `script-src ${hashOf(SCRIPT)}`,
    `style-src ${hashOf(STYLE)}`,
  ];
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    // The URL may have the token.
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return { html, headers };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
