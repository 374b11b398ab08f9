import { expect, test } from 'vitest';
import { loadFastCheck } from '../../../src/testing/model/fast-check.js';

const failsWith = (code: string) => () => Promise.reject(Object.assign(new Error('no'), { code }));

test('loads it where it is installed', async () => {
  expect(typeof (await loadFastCheck()).check).toBe('function');
});

test('says what to install where it is missing', async () => {
  await expect(loadFastCheck(failsWith('ERR_MODULE_NOT_FOUND'))).rejects.toThrow(
    'testWalks: random walks need fast-check 4; run `npm install --save-dev fast-check`.',
  );
});

test('does not call it missing when it is broken', async () => {
  await expect(loadFastCheck(failsWith('ERR_OTHER'))).rejects.toThrow('no');
});
