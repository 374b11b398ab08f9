import { checkStack } from './checks.js';
import { pythonStack } from './python-peer.js';

// It answers every Close with 1000, and lets its user send 1000 and an application's codes only.
checkStack(pythonStack('autobahn', { canCloseWithAnyCode: false, answerTo: () => ({ code: 1000, reason: '' }) }));
