import { expect, test } from 'vitest';
import { misuse } from '../../../src/cli/commands/misuse.js';

test.each([
  ['Unknown argument: prot', ['serve', '--prot=1'], "--prot is no option; see 'wirekeeper serve --help'."],
  ['Unknown argument: now', ['serve', 'now'], `"now" is no command or argument; see 'wirekeeper serve --help'.`],
  ['Unknown command: s3cr3t', ['s3cr3t'], `"s3c***" is no command or argument; see 'wirekeeper --help'.`],
  ['Not enough non-option arguments: got 0, need at least 1', ['replay'], /^replay needs a file/],
  ['Not enough arguments following: port', ['serve', '--port'], /^--port needs a value; /],
  ['two\n  lines.', ['serve'], "two lines; see 'wirekeeper serve --help'."],
])('says %j in one sentence, and where to look', (message, args, sentence) => {
  if (typeof sentence === 'string') expect(misuse(message, args).message).toBe(sentence);
  else expect(misuse(message, args).message).toMatch(sentence);
});
