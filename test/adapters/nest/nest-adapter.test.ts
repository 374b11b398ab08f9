import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { GatewayOptions } from '../../../src/adapters/nest/adapter-options.js';
import { createNestAdapter } from '../../../src/adapters/nest/nest-adapter.js';
import { connect, createSupervisor, reconnectDelayOf, refuse } from '../../../src/index.js';
import { OptionError } from '../../../src/transport/errors.js';
import { eventually } from '../../support/eventually.js';
import { sharing } from '../../support/shared-server.js';
import { aGateway, aStage, bind, echo } from './a-gateway.js';

describe('a client', () => {
  test('is a connection with its request, and is gone with a sentence', async () => {
    await using stage = await aGateway({});
    const seen: unknown[] = [];
    stage.adapter.bindClientConnect(stage.server, (client, request) => {
      seen.push([client.state, request.query.get('token')]);
      void stage.adapter.bindClientDisconnect(client, (reason) => seen.push(reason));
    });
    const client = await stage.dial('/?token=5');
    await eventually(() => seen.length === 1);
    client.close(4000, 'bye');
    await eventually(() => seen.length === 2);
    expect(seen).toEqual([['open', '5'], expect.stringMatching(/4000.*bye/)]);
  });

  test('that has come too early is closed with 1013', async () => {
    await using stage = await aGateway({});
    stage.adapter.bindClientConnect(stage.server, (client) => stage.adapter.closeClient(client));
    expect(await (await stage.dial()).closed).toMatchObject({ received: { code: 1013 } });
  });
});

describe('a gateway', () => {
  test('is at the root by default; other paths are the application', async () => {
    await using stage = await aGateway(echo);
    await using client = await stage.dial();
    expect(client.state).toBe('open');
    await expect(stage.dial('/other')).rejects.toMatchObject({ report: { httpStatus: 404 } });
    expect(await (await fetch(`http://127.0.0.1:${stage.shared.port}/`)).text()).toBe('plain');
  });

  test('has a path, also with parameters, beside others', async () => {
    await using stage = await aGateway({}, { path: '/rooms/:name' });
    bind(stage.adapter, stage.adapter.create(0, { path: '/echo' }), echo);
    const names: unknown[] = [];
    stage.adapter.bindClientConnect(stage.server, (_client, { params }) => names.push(params));
    await using room = await stage.dial('/rooms/tea');
    await using other = await stage.dial('/echo');
    other.send('{"event":"echo","data":1}');
    expect((await other.receive())?.json()).toEqual({ event: 'echo', data: 1 });
    expect([names, room.state]).toEqual([[{ name: 'tea' }], 'open']);
  });

  test('decides who may connect, and has limits and subprotocols of its own', async () => {
    await using stage = await aStage({ authenticate: () => refuse(401), protocols: ['v1'] });
    stage.adapter.create(0, { path: '/closed' });
    stage.adapter.create(0, {
      path: '/open',
      authenticate: () => ({ data: { user: 'ann' } }),
      limits: { maxConnections: 1 },
      protocols: ['v2'],
    });
    await expect(stage.dial('/closed')).rejects.toMatchObject({ report: { httpStatus: 401 } });
    const client = await connect(`ws://127.0.0.1:${stage.shared.port}/open`, { protocols: ['v1', 'v2'] });
    expect(client.protocol).toBe('v2');
    expect([...stage.adapter.supervisor.connections.values()]).toMatchObject([{ data: { user: 'ann' } }]);
    await expect(stage.dial('/open')).rejects.toMatchObject({ report: { httpStatus: 503 } });
  });

  test('may have a port of its own, with others, on which all else is answered with 426', async () => {
    await using stage = await aStage();
    const free = await sharing(createServer());
    const { port } = free;
    await free[Symbol.asyncDispose]();
    bind(stage.adapter, stage.adapter.create(port, { path: '/echo' }), echo);
    bind(stage.adapter, stage.adapter.create(port, {}), { any: async () => 'any' });
    await eventually(() => true);
    await using client = await connect(`ws://127.0.0.1:${port}/echo`);
    client.send('{"event":"echo"}');
    expect((await client.receive())?.json()).toEqual({ event: 'echo' });
    await using other = await connect(`ws://127.0.0.1:${port}/elsewhere`);
    other.send('{"event":"any"}');
    expect((await other.receive())?.json()).toBe('any');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(426);
  });

  test.each([{ namespace: '/a' }, { path: 'a' }, { limits: { maxConnections: -1 } }])(
    'refuses the options %o',
    async (options) => {
      await using stage = await aStage();
      expect(() => stage.adapter.create(0, options as GatewayOptions)).toThrow(OptionError);
    },
  );
});

describe('the end of the application', () => {
  test('drains the clients of all gateways, and leaves its server', async () => {
    await using stage = await aGateway(echo);
    const other = stage.adapter.create(0, { path: '/other' });
    const clients = [await stage.dial(), await stage.dial('/other')];
    await Promise.all([stage.adapter.close(stage.server), stage.adapter.close(other)]);
    await stage.adapter.dispose();
    for (const { closed } of clients) {
      const { received } = await closed;
      expect(received?.code).toBe(1012);
      expect(reconnectDelayOf(received?.reason ?? '')).toBeLessThanOrEqual(5_000);
    }
    expect(stage.adapter.supervisor.state).toBe('stopped');
    expect(stage.shared.server.listenerCount('upgrade')).toBe(0);
  });

  test('leaves the supervisor that it was given', async () => {
    await using supervisor = createSupervisor();
    await using stage = await aGateway(echo, { supervisor });
    const client = await stage.dial();
    expect(supervisor.connections.size).toBe(1);
    await stage.adapter.close(stage.server);
    expect(await client.closed).toMatchObject({ received: { code: 1012 } });
    expect(supervisor.state).toBe('running');
  });
});

test('an application without an HTTP server is an OptionError', async () => {
  await using _stage = await aStage();
  await expect(createNestAdapter({} as never)).rejects.toThrow(OptionError);
});
