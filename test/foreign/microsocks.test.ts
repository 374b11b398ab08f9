import { checkRoute } from './checks.js';
import { pythonStack } from './python-peer.js';
import { MICROSOCKS } from './route.js';

checkRoute(pythonStack('websockets', { canCloseWithAnyCode: true, answerTo: (close) => close }), MICROSOCKS);
