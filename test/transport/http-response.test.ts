import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import {
  bodyText,
  fieldsOf,
  type HttpResponse,
  MAX_BODY_BYTES,
  withHttpResponse,
} from '../../src/transport/http-response.js';

const RESPONSE: HttpResponse = { headers: { 'set-cookie': ['token=s3cret'] }, body: 's3cret' };

test('a value shows its response to whom asks for it, and to nobody else', () => {
  const value: { readonly status: number; readonly httpResponse?: HttpResponse } = { status: 401 };
  expect(withHttpResponse(value, RESPONSE)).toBe(value);
  expect(value.httpResponse).toBe(RESPONSE);
  for (const shown of [JSON.stringify(value), inspect(value), inspect({ ...value }), Object.keys(value).join()])
    expect(shown).not.toMatch(/s3cret|httpResponse/);
  expect(withHttpResponse({}, undefined)).not.toHaveProperty('httpResponse');
});

test('of a body the first 4 KiB are kept', () => {
  expect(bodyText(Buffer.from('why'))).toBe('why');
  expect(bodyText(Buffer.alloc(10_000, 'x'))).toBe('x'.repeat(MAX_BODY_BYTES));
});

test('a character that is cut in two is left out, and bytes that are none are replaced', () => {
  expect(bodyText(Buffer.concat([Buffer.alloc(MAX_BODY_BYTES - 1, 'x'), Buffer.from('ü')]))).toBe(
    'x'.repeat(MAX_BODY_BYTES - 1),
  );
  expect(bodyText(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\ufffdb');
});

test('header fields that are not there are left out', () => {
  expect(fieldsOf({ a: '1', b: ['2', '3'], c: undefined })).toEqual({ a: '1', b: ['2', '3'] });
});
