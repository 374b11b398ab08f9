import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { checkConfig } from '../../../src/cli/config/config.js';
import { configSchema } from '../../support/config-schema.js';
import { GOOD_CONFIGS, WRONG_SHAPES } from './samples.js';

const file = fileURLToPath(new URL('../../../config.schema.json', import.meta.url));

/** `npx vitest run test/cli/config/config-schema.test.ts -u` brings it up to date. */
test('config.schema.json is made from the definition that checks configurations', async () => {
  await expect(`${JSON.stringify(configSchema(), undefined, 2)}\n`).toMatchFileSnapshot(file);
});

const published = new Ajv({ allowUnionTypes: true }).compile({ ...configSchema() } as object);

test.each(GOOD_CONFIGS)('takes what the service takes: %j', (config) => {
  checkConfig(config);
  expect([published(config), published.errors]).toEqual([true, null]);
});

test.each(WRONG_SHAPES)('refuses what the service refuses: %j', (config) => {
  expect(() => checkConfig(config)).toThrow();
  expect(published(config)).toBe(false);
});
