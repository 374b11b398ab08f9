import { checkStack } from './checks.js';
import { pythonStack } from './python-peer.js';

checkStack(pythonStack('websockets', { canCloseWithAnyCode: true, answerTo: (close) => close }));
