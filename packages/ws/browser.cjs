'use strict';

/** What bundlers for browsers take, as with ws. */
module.exports = function WebSocket() {
  throw new Error('ws does not work in the browser: use the WebSocket that browsers have.');
};
