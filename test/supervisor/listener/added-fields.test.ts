import { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { addedFields } from '../../../src/supervisor/listener/added-fields.js';
import { OptionError } from '../../../src/transport/errors.js';

test('are texts, numbers, and lists of these; what is undefined is left out', () => {
  const given = {
    'Set-Cookie': ['a=1; Path=/', 'b="2"'],
    'x-left': 7,
    'x-none': undefined,
    'x-empty': '',
    'x-tab': 'a\tb',
  };
  expect(addedFields(given)).toEqual({
    'Set-Cookie': ['a=1; Path=/', 'b="2"'],
    'x-left': '7',
    'x-empty': '',
    'x-tab': 'a\tb',
  });
});

test('may be those of a response of Node', () => {
  const response = new ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 } as never);
  response.setHeader('Set-Cookie', ['a=1', 'b=2']);
  response.setHeader('Age', 3);
  expect(addedFields(response.getHeaders())).toEqual({ 'set-cookie': ['a=1', 'b=2'], age: '3' });
});

test('are a copy', () => {
  const cookies = ['a=1'];
  const fields = addedFields({ 'set-cookie': cookies });
  cookies.push('b=2\r\nx: y');
  expect(fields).toEqual({ 'set-cookie': ['a=1'] });
});

describe('are refused', () => {
  test.each<[string, unknown, string]>([
    ['Upgrade', { Upgrade: 'h2c' }, 'authenticate: headers.Upgrade is not allowed; the 101 sets it by itself.'],
    [
      'Connection',
      { connection: 'close' },
      'authenticate: headers.connection is not allowed; the 101 sets it by itself.',
    ],
    [
      'the accepted key',
      { 'Sec-WebSocket-Accept': 'x' },
      'authenticate: headers.Sec-WebSocket-Accept is not allowed; the 101 sets it by itself.',
    ],
    [
      'the subprotocol',
      { 'sec-websocket-protocol': 'chat' },
      'authenticate: headers.sec-websocket-protocol is not allowed; use the option protocols.',
    ],
    [
      'extensions',
      { 'Sec-WebSocket-Extensions': 'x' },
      'authenticate: headers.Sec-WebSocket-Extensions is not allowed; use the option perMessageDeflate.',
    ],
    [
      'the length of a body',
      { 'Content-Length': 0 },
      'authenticate: headers.Content-Length is not allowed; a 101 has no body.',
    ],
    [
      'a line break',
      { 'set-cookie': ['a=1', 'secret\r\nx: y'] },
      'authenticate: headers.set-cookie[1] has a character that is not allowed in a header field, such as a line ' +
        'break; allowed are tabs and U+0020 to U+007E.',
    ],
    [
      'a letter beyond ASCII, which not every client reads as the same text',
      { 'x-name': 'J\u00fcrgen' },
      'authenticate: headers.x-name has a character that is not allowed in a header field, such as a line break; ' +
        'allowed are tabs and U+0020 to U+007E.',
    ],
    [
      'a name with a space',
      { 'a b': 'c' },
      'authenticate: headers.a b has a name that is not allowed; ' +
        "allowed in names are letters, digits, and !#$%&'*+-.^_`|~.",
    ],
    [
      'a name twice',
      { 'x-a': '1', 'X-A': '2' },
      'authenticate: headers.X-A is given twice, in different cases; each field is allowed once.',
    ],
    [
      'an object as a value',
      { 'x-a': { secret: 1 } },
      'authenticate: headers.x-a is of type object; it must be a text, a finite number, or a list of these.',
    ],
    [
      'a list in a list',
      { 'x-a': [['1']] },
      'authenticate: headers.x-a[0] is of type object; it must be a text, a finite number, or a list of these.',
    ],
    [
      'a Headers',
      new Headers({ a: '1' }),
      'authenticate: headers is a collection; it must be an object with a property for each field.',
    ],
    ['a text', 'a: 1', 'authenticate: headers is "a: 1"; it must be an object.'],
  ])('%s', (_what, headers, message) => {
    expect(() => addedFields(headers)).toThrow(OptionError);
    expect(() => addedFields(headers)).toThrow(message);
  });
});
