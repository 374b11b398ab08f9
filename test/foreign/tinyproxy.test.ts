import { checkRoute } from './checks.js';
import { pythonStack } from './python-peer.js';
import { TINYPROXY } from './route.js';

checkRoute(pythonStack('websockets', { canCloseWithAnyCode: true, answerTo: (close) => close }), TINYPROXY);
