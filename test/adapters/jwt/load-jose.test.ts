import { expect, test } from 'vitest';
import { loadJose } from '../../../src/adapters/jwt/load-jose.js';
import { PlatformError } from '../../../src/index.js';

test('loads jose', () => {
  expect(loadJose().jwtVerify).toBeTypeOf('function');
});

test('says how to install it where it is missing', () => {
  const missing = () => {
    throw Object.assign(new Error('no'), { code: 'MODULE_NOT_FOUND' });
  };
  expect(() => loadJose(missing)).toThrow(
    new PlatformError('createJwtAuthenticator: the package jose is not installed; run npm install jose@6.'),
  );
});
