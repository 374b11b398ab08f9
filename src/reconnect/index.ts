export { reconnectDelayOf, withReconnectDelay } from '../transport/reconnect-delay.js';
