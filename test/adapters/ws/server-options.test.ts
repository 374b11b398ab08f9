import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { checkPlace, listenSettings } from '../../../src/adapters/ws/server-options.js';

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

test('every origin and host is let in, as by ws, unless origins says otherwise', () => {
  expect(listenSettings({ noServer: true })).toMatchObject({ origins: 'any', hosts: 'any', perMessageDeflate: false });
  const own = { origins: 'same-origin', trustProxy: 1, liveness: false, limits: { maxPayloadBytes: 5 } } as const;
  expect(listenSettings({ noServer: true, maxPayload: 1, ...own })).toMatchObject(own);
});
