import { Aedes } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { createWebSocketStream, WebSocket } from 'wirekeeper/ws';
import { type Served, serve } from './served.js';

let served: Served;
let broker: Aedes;
const clients: MqttClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  await served.supervisor.stop();
});

async function start(port = 0): Promise<void> {
  served = await serve({ handleProtocols: () => 'mqtt' }, port);
  broker = await Aedes.createBroker();
  served.server.on('connection', (socket, request) => broker.handle(createWebSocketStream(socket), request));
}

function connect(port: number): MqttClient {
  const client = mqtt.connect(`ws://127.0.0.1:${port}`, {
    reconnectPeriod: 20,
    createWebsocket: (url, protocols) => new WebSocket(url, protocols),
  });
  clients.push(client);
  return client;
}

test('mqtt.js and aedes publish and subscribe through streams, also after a drain', async () => {
  await start();
  const { port } = served;
  const [subscriber, publisher] = [connect(port), connect(port)];
  const heard: string[] = [];
  subscriber.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
  await subscriber.subscribeAsync('room/#', { qos: 1 });
  await publisher.publishAsync('room/tea', 'hello', { qos: 1 });
  await publisher.publishAsync('room/tea', 'x'.repeat(300_000), { qos: 1 });
  await expect.poll(() => heard.map(({ length }) => length)).toEqual([14, 300_009]);

  const { drain } = served;
  await drain();
  expect(served.endings()).toEqual([
    ['drained', 1012],
    ['drained', 1012],
  ]);
  await new Promise<void>((resolve) => broker.close(() => resolve()));

  await start(port);
  // The publisher may be back before the subscriber has subscribed again, and the new broker keeps nothing for it.
  const again = async () => {
    await publisher.publishAsync('room/tea', 'again', { qos: 1 });
    return heard.at(-1);
  };
  await expect.poll(again, { timeout: 15_000 }).toBe('room/tea again');
  await Promise.all(clients.splice(0).map((client) => client.endAsync()));
  // At the client's DISCONNECT the broker destroys its stream.
  await expect
    .poll(() => served.endings())
    .toEqual([
      ['terminated', 1006],
      ['terminated', 1006],
    ]);
  served.server.close();
  await new Promise<void>((resolve) => broker.close(() => resolve()));
});
