const { promisify } = require('node:util');
const express = require('express');
const expressWs = require('express-ws');

exports.serve = async (/** @type {number} */ port) => {
  const { app } = expressWs(express());
  app.ws('/echo', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const server = app.listen(port, '127.0.0.1');
  return { server, close: promisify(server.close.bind(server)) };
};
