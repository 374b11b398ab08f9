/**
 * Characters that a terminal obeys, or that make a line look like another one: control characters of ASCII and of
 * Latin-1 except tab, line and paragraph separators, characters that change the direction of writing, and halves of
 * surrogate pairs.
 */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\u{feff}]/gu;

const NAMED: Readonly<Record<string, string>> = { '\t': '\t', '\n': String.raw`\n` };

function escaped(character: string): string {
  const hex = character.charCodeAt(0).toString(16);
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** Makes text of a peer fit for one line of a terminal or a log: control characters are shown, not obeyed. */
export function visible(text: string): string {
  return text.replace(CONTROLS, (control) => NAMED[control] ?? escaped(control));
}

/** The same, line by line: only the ends of lines are obeyed. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** Makes JSON fit for a terminal: its strings then hold such characters as escapes, which mean the same. */
export function visibleJson(json: string): string {
  return json.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
