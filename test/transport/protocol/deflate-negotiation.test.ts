import { describe, expect, test } from 'vitest';
import { acceptableOffer, faultInChoice } from '../../../src/transport/protocol/deflate-negotiation.js';
import { formatExtension, parseExtensions } from '../../../src/transport/protocol/extension-field.js';

const accepted = (field: string) => {
  const offer = acceptableOffer(parseExtensions(field) ?? []);
  return offer && formatExtension(offer);
};

describe('a server accepts', () => {
  test.each([
    'permessage-deflate',
    'permessage-deflate; client_max_window_bits',
    'permessage-deflate; client_max_window_bits=8; server_max_window_bits=15',
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
  ])('%s', (offer) => {
    expect(accepted(offer)).toBe(offer);
  });

  test('the first good offer of several, whatever stands before it', () => {
    const bad = 'permessage-deflate; client_max_window_bits=99';
    const good = 'permessage-deflate; server_max_window_bits=9';
    expect(accepted(`x-webkit-deflate-frame, ${bad}, ${good}, permessage-deflate`)).toBe(good);
  });
});

describe('a server declines', () => {
  test.each([
    'permessage-deflate; server_max_window_bits',
    'permessage-deflate; server_max_window_bits=7',
    'permessage-deflate; server_max_window_bits=16',
    'permessage-deflate; server_max_window_bits=08',
    'permessage-deflate; server_max_window_bits=0x9',
    'permessage-deflate; server_max_window_bits=9.0',
    'permessage-deflate; server_max_window_bits=1e1',
    'permessage-deflate; server_max_window_bits=-9',
    'permessage-deflate; client_max_window_bits=16',
    'permessage-deflate; client_no_context_takeover=true',
    'permessage-deflate; server_no_context_takeover=1',
    'permessage-deflate; client_no_context_takeover; client_no_context_takeover',
    'permessage-deflate; client_max_window_bits; client_max_window_bits=9',
    'permessage-deflate; level=9',
    'permessage-deflate; Server_no_context_takeover',
    'Permessage-deflate',
    'permessage-deflate-2',
  ])('%s', (offer) => {
    expect(accepted(offer)).toBeUndefined();
  });
});

describe('a client', () => {
  test.each([
    'permessage-deflate',
    'permessage-deflate; server_no_context_takeover',
    'permessage-deflate; client_no_context_takeover; client_max_window_bits=8; server_max_window_bits=15',
  ])('takes %s', (field) => {
    expect(faultInChoice(parseExtensions(field) ?? [], true)).toBeUndefined();
  });

  const NUMBERS = 'allowed are 8 to 15, without leading zeros';

  test.each([
    ['permessage-deflate; client_max_window_bits', 'with client_max_window_bits without a value; allowed are 8 to 15'],
    ['permessage-deflate; client_max_window_bits=16', `with client_max_window_bits="16"; ${NUMBERS}`],
    ['permessage-deflate; server_max_window_bits=09', `with server_max_window_bits="09"; ${NUMBERS}`],
    ['permessage-deflate; server_no_context_takeover=0', 'with server_no_context_takeover="0"; it takes no value'],
    ['permessage-deflate; level=9', 'with the unknown parameter level'],
    [
      'permessage-deflate; server_max_window_bits=9; server_max_window_bits=9',
      'with server_max_window_bits twice; allowed is once',
    ],
  ])('fails at the answer %s', (field, fault) => {
    expect(faultInChoice(parseExtensions(field) ?? [], true)).toBe(`the server answered permessage-deflate ${fault}`);
  });

  test.each([
    ['an extension that was not offered', 'x-foo', true, 'the server chose the extension x-foo, which was not offered'],
    [
      'such an extension beside the right one',
      'permessage-deflate, x-foo',
      true,
      'the server chose the extension x-foo, which was not offered',
    ],
    [
      'permessage-deflate, which was not offered',
      'permessage-deflate',
      false,
      'the server chose the extension permessage-deflate, which was not offered',
    ],
    ['it twice', 'permessage-deflate, permessage-deflate', true, 'the server chose permessage-deflate twice'],
  ])('fails at %s', (_name, field, isOffered, fault) => {
    expect(faultInChoice(parseExtensions(field) ?? [], isOffered)).toBe(fault);
  });
});
