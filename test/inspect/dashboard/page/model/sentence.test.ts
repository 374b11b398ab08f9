import { expect, test } from 'vitest';
import { sectionUrl, sentenceParts } from '../../../../../src/inspect/dashboard/page/model/sentence.js';

test.each([
  'The peer closed with 1000 (Normal Closure); see RFC 6455 section 7.1.2.',
  'RFC 6455 section 5.5.1 and RFC 6455 section 7.4',
  'nothing to see',
  '',
])('the parts of a sentence are the sentence: %j', (text) => {
  expect(
    sentenceParts(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text);
});

test('a section is a part of its own, without the full stop behind it', () => {
  expect(sentenceParts('x; see RFC 6455 section 7.1.2.')).toEqual([
    { text: 'x; see ' },
    { text: 'RFC 6455 section 7.1.2', section: '7.1.2' },
    { text: '.' },
  ]);
});

test('a section leads to its place in the RFC', () => {
  expect(sectionUrl('7.1.2')).toBe('https://www.rfc-editor.org/rfc/rfc6455#section-7.1.2');
});
