import * as rxjs from 'rxjs';
import { expect, test } from 'vitest';
import * as loaded from '../../src/transport/rxjs.js';

const offered = new Map<string, unknown>(Object.entries(rxjs));

test.each(Object.entries(loaded))('%s is the one that users import from rxjs', (name, value) => {
  expect(value).toBe(offered.get(name));
});
