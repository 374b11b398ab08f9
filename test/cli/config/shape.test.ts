import * as v from 'valibot';
import { expect, test } from 'vitest';
import { list, number, object, ofType, oneOf, placeOf, text } from '../../../src/cli/config/shape.js';

const shape = object('a thing', {
  name: text('a name'),
  size: number,
  kind: v.exactOptional(oneOf(['a', 'b'])),
  parts: v.exactOptional(list(text('a part'), 'a list of parts')),
  secret: v.exactOptional(v.string(ofType)),
});

test.each<[unknown, string]>([
  [[], ' is a list; it must be a thing'],
  [{}, 'name is missing; a thing needs it'],
  [{ name: 'x', more: 1 }, 'more is unknown; a thing has name, size, kind, parts, secret'],
  [{ name: 'x', size: 'big' }, 'size is "big"; it must be a number'],
  [{ name: 'x', kind: 'c' }, 'kind is "c"; it must be "a" or "b"'],
  [{ name: 'x', parts: ['y', 1] }, 'parts[1] is 1; it must be a part'],
  [{ name: 'x', secret: 12_345 }, 'secret is of type number; it must be a text'],
])('%j is named by its place, with what is allowed', (given, message) => {
  const { issues } = v.safeParse(shape, given, { abortEarly: true });
  expect(issues?.map((issue) => `${placeOf(issue)} ${issue.message}`.replace(/^ (?=\S)/, ' '))).toEqual([message]);
});
