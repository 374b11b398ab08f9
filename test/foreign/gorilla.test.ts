import { checkStack } from './checks.js';
import { goStack } from './go-peer.js';

// It answers a Close with its code alone.
checkStack(goStack('gorilla', { name: 'gorilla/websocket', answerTo: ({ code }) => ({ code, reason: '' }) }));
