import { Agent } from 'node:http';
import { expect, test } from 'vitest';
import type { DialRequest } from '../../../../src/transport/transport.js';
import { socketSettings } from '../../../../src/transport/ws/route/socket-settings.js';
import { Tunnel } from '../../../../src/transport/ws/route/tunnel.js';

const tunnel = new Tunnel();
const settings = (parts: Partial<DialRequest>) =>
  socketSettings(
    {
      url: 'ws://a.test/',
      headers: {},
      protocols: [],
      tls: {},
      options: { maxPayloadBytes: 1, maxFragments: 1, perMessageDeflate: false },
      ...parts,
    },
    tunnel,
  );

test('straight to the server go the settings of TCP and TLS, by the names of Node', () => {
  expect(settings({})).toEqual({});
  const tcp = { family: 4, localAddress: '127.0.0.1', autoSelectFamilyAttemptTimeoutMs: 100 } as const;
  expect(settings({ tls: { servername: 'a' }, route: { tcp } })).toEqual({
    servername: 'a',
    family: 4,
    localAddress: '127.0.0.1',
    autoSelectFamilyAttemptTimeout: 100,
  });
});

test('an agent gets the same', () => {
  const agent = new Agent();
  expect(settings({ tls: { servername: 'a' }, route: { agent, tcp: { family: 6 } } })).toEqual({
    servername: 'a',
    family: 6,
    agent,
  });
});

test('with a proxy the socket is a tunnel, and the settings of TCP are for the proxy', () => {
  const tunnelled = settings({ tls: { servername: 'a' }, route: { proxy: 'http://proxy/', tcp: { family: 6 } } });
  expect(tunnelled).toEqual({ servername: 'a', createConnection: expect.any(Function) });
});

test('a URL that is none is left to the handshake', () => {
  expect(settings({ url: 'nonsense' })).toEqual({});
  expect(settings({ url: 'nonsense', route: { proxy: 'http://proxy/' } })).toEqual({});
});
