import { afterAll, beforeAll } from 'vitest';
import { createWsTransport } from '../../src/transport/ws/transport.js';
import { HttpProxy } from '../support/http-proxy.js';
import { SocksProxy } from '../support/socks-proxy.js';
import { describeTransportContract } from './transport-contract.js';
import { wsHarness } from './ws-harness.js';

let http: HttpProxy;
let socks: SocksProxy;

beforeAll(async () => {
  [http, socks] = [await HttpProxy.listen({ credentials: 'user:word' }), await SocksProxy.listen()];
});

afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await socks[Symbol.asyncDispose]();
});

/** The ws transport whose dials go through a proxy. */
function through(proxy: () => string) {
  const transport = createWsTransport();
  const harness = wsHarness({
    ...transport,
    dial: (request) => transport.dial({ ...request, route: { proxy: proxy() } }),
  });
  return { ...harness, unreachable: 'proxy-refused' } as const;
}

describeTransportContract('ws through an HTTP proxy', () => through(() => http.url()));
describeTransportContract('ws through a SOCKS proxy', () => through(() => socks.url('socks5h')));
