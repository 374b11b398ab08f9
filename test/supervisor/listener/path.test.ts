import { expect, test } from 'vitest';
import { compilePath } from '../../../src/supervisor/listener/path.js';
import { OptionError } from '../../../src/transport/errors.js';

test.each([
  // pattern                    path              params
  [undefined, '/', {}],
  [undefined, '/any/path', {}],
  ['/', '/', {}],
  ['/', '/a', undefined],
  ['/echo', '/echo', {}],
  ['/echo', '/Echo', undefined],
  ['/echo', '/echo/', undefined],
  ['/echo', '/echo/a', undefined],
  ['/echo', 'echo', undefined],
  ['/echo', '*', undefined],
  ['/echo/', '/echo/', {}],
  ['/rooms/*', '/rooms/den', { 0: 'den' }],
  ['/rooms/*', '/rooms/', undefined],
  ['/rooms/*', '/rooms', undefined],
  ['/rooms/*', '/rooms/a/b', undefined],
  ['/rooms/*', '/rooms//', undefined],
  ['/rooms/*', '/rooms/..', { 0: '..' }],
  ['/rooms/*', '/rooms/a%20b%C3%BC', { 0: 'a bü' }],
  ['/rooms/*', '/rooms/a%2Fb', { 0: 'a/b' }],
  ['/rooms/*', '/rooms/%E0%A4%A', undefined],
  ['/rooms/*', '/rooms/%', undefined],
  ['/rooms/*', '/r%6Foms/den', { 0: 'den' }],
  ['/rooms/*', '/rooms%2Fden', undefined],
  ['/*/seats/*', '/hall/seats/7', { 0: 'hall', 1: '7' }],
  ['/rooms/:name', '/rooms/den', { name: 'den' }],
  ['/rooms/:name', '/rooms/', undefined],
  ['/rooms/:name', '/rooms', undefined],
  ['/rooms/:name', '/rooms/a/b', undefined],
  ['/rooms/:name', '/rooms/a%20b%C3%BC', { name: 'a bü' }],
  ['/rooms/:name', '/rooms/a%2Fb', { name: 'a/b' }],
  ['/rooms/:name', '/rooms/%E0%A4%A', undefined],
  ['/rooms/:name', '/rooms/..', { name: '..' }],
  ['/rooms/:name', '/rooms/__proto__', { name: '__proto__' }],
  ['/rooms/:constructor', '/rooms/den', { constructor: 'den' }],
  ['/rooms/:__proto__', '/rooms/den', { ['__proto__']: 'den' }],
  ['/:hall/seats/:seat_2', '/blue/seats/7', { hall: 'blue', seat_2: '7' }],
  ['/:hall/*/:seat/*', '/blue/a/7/b', { hall: 'blue', 0: 'a', seat: '7', 1: 'b' }],
  ['/%3Aid/:id', '/:id/7', { id: '7' }],
  [['/echo', '/rooms/:name'], '/rooms/den', { name: 'den' }],
  [['/echo', '/rooms/:name'], '/echo', {}],
  // Written percent-encoded it is meant as it is; a colon elsewhere is no parameter.
  ['/rooms/%3Aid', '/rooms/:id', {}],
  ['/v1:batch', '/v1:batch', {}],
  ['/größe', '/gr%C3%B6%C3%9Fe', {}],
  ['/gr%C3%B6%C3%9Fe', '/gr%C3%B6%C3%9Fe', {}],
  [['/echo', '/rooms/*'], '/rooms/den', { 0: 'den' }],
  [['/*', '/echo'], '/echo', { 0: 'echo' }],
  [['/echo', '/*'], '/echo', {}],
  [['/echo', '/rooms/*'], '/other', undefined],
])('%j matches %s: %j', (pattern, path, params) => {
  expect(compilePath(pattern)(path)).toEqual(params);
});

test.each([
  // pattern          the sentence
  ['', 'listen: path is ""; it must begin with "/".'],
  ['echo', 'listen: path is "echo"; it must begin with "/".'],
  ['/echo?a=1', 'listen: path is "/echo?a=1"; it must not have a query or a fragment.'],
  ['/echo#a', 'listen: path is "/echo#a"; it must not have a query or a fragment.'],
  ['/rooms/a*', 'listen: path is "/rooms/a*"; "*" must be a whole segment.'],
  ['/rooms/**', 'listen: path is "/rooms/**"; "*" must be a whole segment.'],
  ['/:id/of/:id', 'listen: path is "/:id/of/:id"; give each parameter its own name: ":id" occurs twice.'],
  ['/rooms/:7', 'listen: path is "/rooms/:7"; write ":name" or "*" for a segment that may be anything, not ":7".'],
  ['/rooms/:id?', 'listen: path is "/rooms/:id?"; it must not have a query or a fragment.'],
  [
    '/rooms/:id(\\d+)',
    'listen: path is "/rooms/:id(\\\\d+)"; write ":name" or "*" for a segment that may be anything, not ":id(\\\\d+)".',
  ],
  [
    '/rooms/{id}',
    'listen: path is "/rooms/{id}"; write ":name" or "*" for a segment that may be anything, not "{id}".',
  ],
  [
    '/rooms/[id]',
    'listen: path is "/rooms/[id]"; write ":name" or "*" for a segment that may be anything, not "[id]".',
  ],
  [
    '/rooms/<id>',
    'listen: path is "/rooms/<id>"; write ":name" or "*" for a segment that may be anything, not "<id>".',
  ],
  [
    ['/echo', '/rooms/{id}'],
    'listen: path is "/rooms/{id}"; write ":name" or "*" for a segment that may be anything, not "{id}".',
  ],
  ['/rooms/%', 'listen: path is "/rooms/%"; it must have valid percent-encoding.'],
  [['/echo', 'rooms'], 'listen: path is "rooms"; it must begin with "/".'],
  [[], 'listen: path is an empty list; it must have at least one pattern.'],
  [/echo/, 'listen: path is an object; allowed are texts like "/rooms/:name", and lists of them.'],
])('%o is no pattern', (pattern, sentence) => {
  expect(() => compilePath(pattern as string)).toThrow(new OptionError(sentence));
});
