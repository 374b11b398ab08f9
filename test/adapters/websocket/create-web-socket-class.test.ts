import { describe, expect, test, vi } from 'vitest';
import { createWebSocketClass, WebSocket } from '../../../src/adapters/websocket/index.js';
import { ODD_VALUES } from '../../support/odd-values.js';
import { Log, Stage } from './stage.js';

describe('a wrong option is an OptionError at the call', () => {
  test.each([
    [{ header: {} }, 'header'],
    [{ headers: { 'bad name': 'x' } }, 'headers'],
    [{ retry: 'always' }, 'retry'],
    [{ backoff: { initialMs: -1 } }, 'backoff.initialMs'],
    [{ limits: { maxPayloadBytes: 0 } }, 'limits.maxPayloadBytes'],
    [{ liveness: true }, 'liveness'],
    [{ perMessageDeflate: 'yes' }, 'perMessageDeflate'],
    [{ tls: { ca: 5 } }, 'tls.ca'],
    [{ redirects: -1 }, 'redirects'],
    [{ supervisor: {} }, 'supervisor'],
    [{ url: 'ws://example.com/' }, 'url'],
  ])('%j', (options, option) => {
    expect(() => createWebSocketClass(options as never)).toThrow(
      expect.objectContaining({ code: 'WIREKEEPER_OPTION', option }),
    );
  });

  test.each(['a symbol', 'null', 'a bigint', 'a function', 'a revoked proxy'])('%s as options', (name) => {
    const value = ODD_VALUES[name]?.();
    expect(() => createWebSocketClass(value as never)).toThrow(expect.objectContaining({ code: 'WIREKEEPER_OPTION' }));
  });
});

test('the class is a WebSocket to those who ask, and looks as one', async () => {
  await using stage = await Stage.build();
  const Own = stage.classWith();
  expect([Own.name, Own.length, Own.OPEN]).toEqual(['WebSocket', 1, 1]);
  const { socket } = await stage.open();
  expect(socket).toBeInstanceOf(WebSocket);
});

test('its sockets dial as the options say', async () => {
  const seen: unknown[] = [];
  await using stage = await Stage.build({
    onUpgrade: (upgrade) => {
      seen.push(upgrade.request.headers['x-token'], upgrade.request.headers['sec-websocket-extensions']);
      upgrade.refuse({ status: 401, headers: {}, body: '' });
    },
  });
  const Own = stage.classWith({ headers: () => ({ 'x-token': 'secret' }), perMessageDeflate: true });
  const socket = new Own(stage.url);
  await new Log(socket).closed();
  expect(seen).toEqual(['secret', expect.stringContaining('permessage-deflate')]);
  expect(socket.report).toMatchObject({ trigger: 'refused', httpStatus: 401 });
});

test('its sockets send header fields of their own as well, and the origin of the page', async () => {
  const seen: unknown[] = [];
  await using stage = await Stage.build({
    onUpgrade: (upgrade) => {
      const { headers } = upgrade.request;
      seen.push(headers['x-token'], headers['cookie'], headers['origin']);
      upgrade.refuse({ status: 401, headers: {}, body: '' });
    },
  });
  vi.stubGlobal('location', new URL('https://app.example.com/chat'));
  const Own = stage.classWith({ headers: () => ({ 'x-token': 'secret', cookie: 'a=1' }) });
  const socket = new Own(stage.url, { headers: { Cookie: 'b=2' } });
  vi.unstubAllGlobals();
  await new Log(socket).closed();
  expect(seen).toEqual(['secret', 'b=2', 'https://app.example.com']);
});

test('a class of the user that extends it dials as it does', async () => {
  await using stage = await Stage.build();
  class Named extends stage.classWith() {
    readonly label = 'mine';
  }
  const socket = new Named(stage.url);
  const log = new Log(socket);
  await log.first('open');
  expect(socket.label).toBe('mine');
  expect(stage.supervisor.connections.size).toBe(1);
  socket.close();
  await log.closed();
});
