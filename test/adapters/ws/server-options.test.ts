import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { OptionError } from 'wirekeeper';
import {
  checkOptions,
  checkPlace,
  listenSettings,
  type ServerOptions,
} from '../../../src/adapters/ws/server-options.js';

test.each([[{ port: 0 }], [{ server: createServer() }], [{ noServer: true }], [{ noServer: true, server: undefined }]])(
  'one place is right',
  (options) => {
    expect(() => checkPlace(options)).not.toThrow();
  },
);

test.each([[{}], [{ port: 0, noServer: true }], [{ port: 0, server: createServer() }], [{ noServer: false }]])(
  'none or several are wrong',
  (options) => {
    expect(() => checkPlace(options)).toThrow(TypeError);
  },
);

// They were an uncaught exception when the first client came.
test.each<[string, object]>([
  ['limits.maxPayloadBytes', { maxPayload: Number.NaN }],
  ['limits.closeWithinMs', { closeTimeout: -1 }],
  ['limits.nonsense', { limits: { nonsense: 1 } }],
  ['liveness.pingEveryMs', { liveness: { pingEveryMs: 'often' } }],
  ['origins', { origins: 5 }],
  ['perMessageDeflate.threshold', { perMessageDeflate: { threshold: 'big' } }],
  ['verifyClient', { verifyClient: 'no' }],
  ['handleProtocols', { handleProtocols: {} }],
  ['WebSocket', { WebSocket: 'class' }],
  ['supervisor', { supervisor: {} }],
])('a wrong value of an option is found before the first client comes: %s', (option, options) => {
  expect(() => checkOptions(options as ServerOptions)).toThrow(OptionError);
  expect(() => checkOptions(options as ServerOptions)).toThrow(option);
});

test('what is false or null is an option that was not given', () => {
  const options = { noServer: true, verifyClient: null, handleProtocols: null, WebSocket: null, supervisor: null };
  expect(() => checkOptions(options as unknown as ServerOptions)).not.toThrow();
});

test('every origin and host is let in, as by ws, unless origins says otherwise', () => {
  expect(listenSettings({ noServer: true })).toMatchObject({ origins: 'any', hosts: 'any', perMessageDeflate: false });
  const own = { origins: 'same-origin', trustProxy: 1, liveness: false, limits: { maxPayloadBytes: 5 } } as const;
  expect(listenSettings({ noServer: true, maxPayload: 1, ...own })).toMatchObject(own);
});
