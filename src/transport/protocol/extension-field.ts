/** One element of a `Sec-WebSocket-Extensions` field: an extension with its parameters, as sent. */
export interface Extension {
  readonly name: string;
  /** In order; nothing forbids to name one twice. A parameter without a value has `true`. */
  readonly params: readonly (readonly [name: string, value: string | true])[];
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
const NAME = new RegExp(`^${TOKEN}+$`);
/** A quoted value is a token too, once it is unquoted. */
const PARAM = new RegExp(`^(${TOKEN}+)(?:[ \\t]*=[ \\t]*(?:(${TOKEN}+)|"((?:${TOKEN}|\\\\${TOKEN})+)"))?$`);

/**
 * The list in a `Sec-WebSocket-Extensions` field (RFC 6455 section 9.1). Several such fields are one list, joined by
 * commas. Empty elements are skipped (RFC 9110 section 5.6.1.2).
 *
 * @returns `undefined` for a malformed field, at which the connection has to be failed.
 */
export function parseExtensions(field: string): readonly Extension[] | undefined {
  const extensions: Extension[] = [];
  // No quoted value may have a comma or a semicolon in it: parts that a cut there leaves are malformed.
  for (const element of field.split(',')) {
    if (withoutSpace(element) === '') continue;
    const extension = extensionOf(element);
    if (extension === undefined) return undefined;
    extensions.push(extension);
  }
  return extensions.length === 0 ? undefined : extensions;
}

function extensionOf(element: string): Extension | undefined {
  const [name = '', ...rest] = element.split(';').map(withoutSpace);
  if (!NAME.test(name)) return undefined;
  const params: (readonly [string, string | true])[] = [];
  for (const part of rest) {
    const [, param, token, quoted] = PARAM.exec(part) ?? [];
    if (param === undefined) return undefined;
    params.push([param, token ?? quoted?.replaceAll('\\', '') ?? true]);
  }
  return { name, params };
}

/** Without the space that HTTP knows; a regular expression would look at long space inside over and over. */
function withoutSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text, from)) from++;
  while (from < to && isSpace(text, to - 1)) to--;
  return text.slice(from, to);
}

function isSpace(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}

/** An extension as a field has it, without quotes and needless space. */
export function formatExtension({ name, params }: Extension): string {
  return [name, ...params.map(([param, value]) => (value === true ? param : `${param}=${value}`))].join('; ');
}
