/** A part of a sentence; one with a `section` is a reference to that section of RFC 6455. */
export interface SentencePart {
  readonly text: string;
  readonly section?: string;
}

/** Divides `explain`'s sentence at the sections of RFC 6455 that it names. Joined, the parts are the sentence. */
export function sentenceParts(text: string): SentencePart[] {
  const parts: SentencePart[] = [];
  let end = 0;
  for (const match of text.matchAll(/RFC 6455 section (\d+(?:\.\d+)*)/g)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: match[0], section: match[1] ?? '' });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Where a section can be read. */
export function sectionUrl(section: string): string {
  return `https://www.rfc-editor.org/rfc/rfc6455#section-${encodeURIComponent(section)}`;
}
