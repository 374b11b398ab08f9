import { checkStack } from './checks.js';
import { goStack } from './go-peer.js';

checkStack(goStack('nhooyr', { name: 'nhooyr.io/websocket', answerTo: (close) => close }));
