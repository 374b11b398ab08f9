import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkName, logNameOf, subjectsOf, tokenOf } from '../../src/cluster/names.js';
import { OptionError } from '../../src/index.js';

test.each([
  ['tea', 'tea'],
  ['rooms.tea', 'rooms_2etea'],
  ['*', '_2a'],
  ['>', '_3e'],
  ['a_b', 'a_5fb'],
  ['a b\r\n', 'a_20b_0d_0a'],
  ['é', '_c3_a9'],
])('%j is the token %s', (name, token) => {
  expect(tokenOf(name)).toBe(token);
});

test('no name has a wildcard, a separator, or white space in its token, and no two have the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 }), (a, b) => {
      expect(tokenOf(a)).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(tokenOf(a) === tokenOf(b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
    }),
  );
});

test('the subjects of clusters, nodes, and topics never meet', () => {
  const { nodes, node, topic, presence } = subjectsOf('a.nodes');
  const all = [nodes, node('nodes'), topic('nodes'), presence('nodes'), subjectsOf('a').nodes];
  expect(new Set(all).size).toBe(all.length);
  expect(nodes).toBe('wk.a_2enodes.nodes');
  expect(logNameOf('a', 1, 23)).not.toBe(logNameOf('a', 12, 3));
});

test.each(['', 'x'.repeat(257), '☕'.repeat(86), '\ud800', 5, undefined, null, {}, Symbol('x')])(
  '%j is no name: OptionError',
  (name) => {
    expect(() => checkName(name, 'topic: name')).toThrow(OptionError);
  },
);

test('a name has up to as many bytes as are allowed', () => {
  expect(checkName('x'.repeat(256), 'topic: name')).toHaveLength(256);
  expect(() => checkName('x'.repeat(65), 'topic: name', 64)).toThrow('1 to 64 bytes');
});
