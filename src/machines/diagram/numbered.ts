/**
 * Writes characters that do not fit as their number, a space as `_x20_`. No two texts are written alike: where `_`
 * would begin what reads as a number, it stands as its own.
 *
 * @param unfit matches each character that does not fit, with the flags `gu`; a space has to be one.
 */
export function numbered(text: string, unfit: RegExp): string {
  // Spaces stand around the numbers until it is seen what follows on a `_`.
  return text
    .replaceAll(unfit, (sign) => ` ${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()} `)
    .replaceAll(/_(?=x[\dA-F]+[_ ])/g, ' 5F ')
    .replaceAll(/ ([\dA-F]+) /g, '_x$1_');
}
