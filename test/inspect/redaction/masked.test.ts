import { expect, test } from 'vitest';
import { maskedProtocol, maskedText, maskedUrl, maskedWord, UNMASKED } from '../../../src/inspect/redaction/masked.js';

test.each([
  ['ws://h/', 'ws://h/'],
  ['ws://h:8080/rooms/*', 'ws://h:8080/rooms/*'],
  ['ws://[::1]:80/a', 'ws://[::1]:80/a'],
  ['/echo', '/echo'],
  ['ws://ann:sesame@h:80/a', 'ws://***@h:80/a'],
  ['ws://token@h/a', 'ws://***@h/a'],
  ['ws://:pw@h', 'ws://***@h'],
  ['ws:ann:sesame@h/a', 'ws:***@h/a'],
  [String.raw`wss:\\ann:sesame@h`, String.raw`wss:\\***@h`],
  ['//ann:sesame@h/a', '//***@h/a'],
  ['ws://ann:p@ss/w?rd#1@h/a', 'ws://***@h/a'],
  ['ws://ann:sesame', 'ws://***'],
  ['ws://ann:sesame.../', 'ws://***/'],
  ['redis://:pw@h:1/0', 'redis://***@h:1/0'],
  ['ws://h/@scope/a', 'ws://h/@scope/a'],
  ['ws://u:p@h/?mail=a@b.example', 'ws://***@b.example'],
  ['/echo?token=x&room=lobby', '/echo?token=***&room=***'],
  ['/echo?a=b=c&d=&e', '/echo?a=***&d=&e'],
  ['/echo?c2VjcmV0IHRva2VuIG9mIGFubg', '/echo?***'],
  ['/echo?c2VjcmV0IHRva2VuIG9mIGFubg==', '/echo?***=***'],
  ['/echo?a=http://u:p@h/?b=c', '/echo?a=***'],
  ['/echo?', '/echo?'],
  ['/a;jsessionid=x/b', '/a;jsessionid=***/b'],
  ['ws://h/a#access_token=x', 'ws://h/a#***'],
  ['', ''],
])('of the URL %j shows %j', (url, shown) => {
  expect(maskedUrl(url)).toBe(shown);
  expect(maskedUrl(shown)).toBe(shown);
});

test.each([
  ['nothing to hide: 12:30:45, a@b.example, and/or', 'nothing to hide: 12:30:45, a@b.example, and/or'],
  [
    'the peer closed with 1012 and the reason "service restart; retry-after-ms=31"',
    'the peer closed with 1012 and the reason "service restart; retry-after-ms=31"',
  ],
  ['what is it? No.', 'what is it? No.'],
  ['dial: url is "ws://u:p@h/?token=x"; it must be', 'dial: url is "ws://***@h/?token=***"; it must be'],
  ['dial: url is "ws://u:p w@h/"; it must be', 'dial: url is "ws://***@h/"; it must be'],
  ['url is "ws://u:ppppppp..."; it', 'url is "ws://***..."; it'],
  ['dialing ws://h/?t=1, attempt 2', 'dialing ws://h/?t=***, attempt 2'],
  ['a ws://u:p@h, b wss://v:q@i.', 'a ws://***@h, b wss://***@i.'],
  ['/a"?token=x from ::1', '/a"?token=*** from ::1'],
  ['GET /a?token=x HTTP/1.1', 'GET /a?token=*** HTTP/1.1'],
  ['(see /a?token=x)', '(see /a?token=***)'],
  ['connect to ann:sesame@h failed', 'connect to ***@h failed'],
  ['Authorization: Bearer sesame', 'Authorization: ***'],
  ['{"authorization": "Basic YTpi"}', '{"authorization": ***}'],
  ['Cookie: a=b; c=d', 'Cookie: ***'],
  ['set-cookie: a=b', 'set-cookie: ***'],
  ['Sec-WebSocket-Protocol: chat, sesame', 'Sec-WebSocket-Protocol: ***'],
  ['invalid header bearer sesame', 'invalid header bearer ***'],
  ['no bearer token', 'no bearer token'],
  ['Basic YTpiOmM= is refused', 'Basic *** is refused'],
  ['basic authentication', 'basic authentication'],
  ['bad eyJhbGciOi.eyJzdWIi.c2ln here', 'bad *** here'],
  ['token=x', 'token=***'],
  [
    'protocols[1] is "base64url.bearer.c2VzYW1l=="; allowed are letters',
    'protocols[1] is "bas***"; allowed are letters',
  ],
  [String.raw`protocols[0] is "v1,\"sesame"; allowed`, 'protocols[0] is "v1,***"; allowed'],
  [
    'access_token: x, api-key=y password="z z" clientSecret=w',
    'access_token: ***, api-key=*** password=*** clientSecret=***',
  ],
])('of the text %j shows %j', (text, shown) => {
  expect(maskedText(text)).toBe(shown);
});

test.each([
  ['chat.v1', 'chat.v1'],
  ['graphql-transport-ws', 'graphql-transport-ws'],
  ['bearer.sesame', 'bearer***'],
  ['base64url.bearer.authorization.k8s.io.c2VzYW1l', 'base64***'],
  ['x'.repeat(64), 'xxxxxx***'],
])('of the subprotocol %j shows %j', (protocol, shown) => {
  expect(maskedProtocol(protocol)).toBe(shown);
});

// A shell splits a header field that is not quoted, and its credential stands where a command might.
test.each([
  ['', ''],
  ['sevre', 'sevre'],
  ['X-Api-Key', 'X-Api-Key'],
  ['wss://example.com/', 'wss://example.com/'],
  ['dXNlcjpwYXNz', 'dXN***'],
  ['hunter2', 'hun***'],
  ['eyJhbGciOiJIUzI1NiJ9', 'eyJ***'],
  ['longerThanAnyCommandOrField', 'lon***'],
])('of the word %j, which stands where none is allowed, shows %j', (word, shown) => {
  expect(maskedWord(word)).toBe(shown);
});

test('hides nothing if the option says so', () => {
  expect([UNMASKED.text('token=x'), UNMASKED.url('/?a=b'), UNMASKED.protocol('bearer.x')]).toEqual([
    'token=x',
    '/?a=b',
    'bearer.x',
  ]);
});

// What peers send must not take long to hide: a request target has up to 16 KiB, and each pattern reads it once.
test.each([
  ['slashes', '/'],
  ['question marks', '/?'],
  ['quotes', '/"'],
  ['backslashes and quotes', String.raw`\"`],
  ['schemes', 'a://'],
  ['letters', 'a'],
  ['colons', 'a:'],
  ['at signs', 'a:b@'],
  ['semicolons', ';'],
  ['punctuation', '.,'],
  ['tokens', 'eyJaaaaa-'],
  ['words', 'token'],
  ['fields', 'token='],
  ['spaces', 'bearer  '],
  ['subprotocols', 'protocols is "'],
])('masks a text of many %s quickly', (_what, piece) => {
  const text = piece.repeat(Math.ceil(200_000 / piece.length));
  const { user: before } = process.cpuUsage();
  maskedText(text);
  expect(process.cpuUsage().user - before).toBeLessThan(1_000_000);
});
