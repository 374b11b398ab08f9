'use strict';

module.exports = require('wirekeeper/ws');
