import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';

/** Its messages are `{ event, data }`. The decorators are called by hand: this is JavaScript. */
class Gateway {
  /**
   * @param {unknown} _client
   * @param {unknown} data
   */
  echo(_client, data) {
    return { event: 'echo', data };
  }
}
const echo = Object.getOwnPropertyDescriptor(Gateway.prototype, 'echo');
if (echo !== undefined) SubscribeMessage('echo')(Gateway.prototype, 'echo', echo);
WebSocketGateway({ path: '/echo' })(Gateway);

class App {}
Module({ providers: [Gateway] })(App);

/** @param {number} port */
export async function serve(port) {
  const app = await NestFactory.create(App, { logger: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(port, '127.0.0.1');
  return { server: app.getHttpServer(), close: () => app.close() };
}
