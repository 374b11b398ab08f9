export { adviceOf, withAdvice } from '../transport/advice.js';
