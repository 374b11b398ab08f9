/**
 * Public declarations as they stand in the source: kind, documentation, signature, members. TypeScript 7 has no stable
 * API to parse with; the formatter keeps our declarations so even that counting brackets is enough.
 */

const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|=>|[()[\]{}<>;=,|]/g;
const BRACKETS = { opening: '([{<', closing: ')]}>' };
/** In code, as against types, angle brackets compare. */
const BRACKETS_OF_CODE = { opening: '([{', closing: ')]}' };

/** Where text of a declaration ends: the index of the first token, outside of all brackets, that `ends` takes. */
function endOf(text, from, ends, { opening, closing } = BRACKETS) {
  let depth = 0;
  TOKEN.lastIndex = from;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [token] = match;
    if (depth === 0 && ends(token, text.slice(from, match.index))) return match.index;
    if (opening.includes(token)) depth += 1;
    if (closing.includes(token)) depth -= 1;
    if (depth < 0) break;
  }
  throw new Error(`a declaration has no end: ${text.slice(from, from + 60)}`);
}

/** A brace opens a body unless it opens the literal of a type. */
const opensBody = (token, before) => token === '{' && !/[:|<&]\s*$|=>\s*$|\bis\s*$/.test(before);

const afterBlock = (text, brace) => endOf(text, brace + 1, (token) => token === '}', BRACKETS_OF_CODE) + 1;

/** What stands in a documentation comment: its text, and its tags as `{ tag, text }`. */
export function docOf(comment) {
  const lines = comment
    .trim()
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [text = '', ...tags] = lines
    .join('\n')
    .trim()
    .split(/(?:^|(?<=\. ))@(?=[a-z]+ )/im);
  return {
    text: text.trim(),
    tags: tags.map((entry) => {
      const [, tag = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(entry.trim()) ?? [];
      return { tag, text: rest.replace(/\s*\n\s*/g, ' ') };
    }),
  };
}

const flat = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')
    .replace(/\breadonly (?!string\b|\(|[A-Z]\w*(<[^>]*>)?\[)/g, '')
    .replace(/\s+/g, ' ')
    .replace(/ = \| /, ' = ')
    .replace(/: \| /g, ': ')
    .replace(/([([]) /g, '$1')
    .replace(/,? ([)\]])/g, '$1')
    .trim();

const typeOfValue = (value) =>
  /^['"`]/.test(value) ? 'string' : /^(?:true|false)$/.test(value) ? 'boolean' : 'number';

/** A parameter as callers see it: patterns have a name, and whatever has a default is optional. */
function parameter(text) {
  const isAt = endOf(`${text};`, 0, (token) => token === '=' || token === ';');
  const [declared, value] = [text.slice(0, isAt).trim(), text.slice(isAt + 1).trim()];
  const named = declared.startsWith('{') ? `options${declared.slice(afterBlock(`${declared};`, 0))}` : declared;
  if (value === '') return named;
  const [name, type = typeOfValue(value)] = named.split(/:\s*(.*)/s);
  return `${name}?: ${type}`;
}

function signatureOf(text) {
  const open = text.indexOf('(');
  if (open < 0) return flat(text);
  const close = endOf(text, open + 1, (token) => token === ')');
  const parameters = [];
  for (let from = open + 1; from < close; ) {
    const end = endOf(text, from, (token) => token === ',' || token === ')');
    parameters.push(parameter(flat(text.slice(from, end))));
    from = end + 1;
  }
  return `${flat(text.slice(0, open))}(${parameters.filter((shown) => shown !== '').join(', ')})${flat(text.slice(close + 1)).replace(/^:/, ':')}`;
}

/** The members of an interface or a class, with their documentation. */
function membersOf(body) {
  const members = [];
  let comment = '';
  for (let from = 0; from < body.length; ) {
    const rest = body.slice(from);
    const skipped = /^\s+|^\/\/[^\n]*|^\/\*[\s\S]*?\*\//.exec(rest)?.[0];
    if (skipped !== undefined) {
      if (skipped.startsWith('/**')) comment = skipped;
      from += skipped.length;
      continue;
    }
    const isField = !/^[^(=;]*\(/.test(rest) || /^[^(]*:/.test(rest);
    const end = endOf(
      body,
      from,
      (token, before) => token === ';' || (isField ? token === '=' : opensBody(token, before)),
    );
    const text = body.slice(from, end);
    from = body[end] === '{' ? afterBlock(body, end) : endOf(body, end, (token) => token === ';', BRACKETS_OF_CODE) + 1;
    if (!(comment === '' && text.startsWith('constructor'))) members.push(memberOf(text, docOf(comment)));
    comment = '';
  }
  return members.filter(
    ({ signature }) => !/^(?:static )?(?:#|private |protected |override |abstract )/.test(signature),
  );
}

function memberOf(text, doc) {
  const plain = flat(text).replace(/^get (\w+)\(\)/, '$1');
  const field = /^((?:static |override |protected |private )*#?\w+)(\?)?(?:: (?:\| )?([\s\S]*))?$/.exec(plain);
  if (field === null)
    return {
      name: /[\w.[\]]+(?=[(<?])/.exec(plain)?.[0] ?? plain,
      isMethod: true,
      signature: signatureOf(plain.replace(/^async /, '')),
      doc,
    };
  const [, name, mark = '', type = ''] = field;
  const shown = mark === '' ? type : type.replace(/ \| undefined$/, '');
  return {
    name,
    isMethod: false,
    isOptional: mark !== '',
    type: shown,
    signature: `${name}${mark}${shown === '' ? '' : `: ${shown}`}`,
    doc,
  };
}

/** The alternatives of a union, each with the documentation before its bar. */
function alternativesOf(type) {
  const segments = [];
  for (let from = 0; from < type.length; ) {
    const end = endOf(`${type};`, from, (token) => token === '|' || token === ';');
    segments.push(type.slice(from, end));
    from = end + 1;
  }
  const behind = (segment) => /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.exec(segment)?.[0] ?? '';
  const alternatives = segments.map((segment, index) => ({
    text: flat(segment),
    doc: docOf(behind(segments[index - 1] ?? '')),
  }));
  return alternatives.filter(({ text }) => text !== '');
}

/** The declaration that a source file exports under a name; `undefined` if it has none. */
export function declarationOf(source, name) {
  const found = new RegExp(`^export (?:abstract |async )?(interface|type|function|const|class) ${name}\\b`, 'm').exec(
    source,
  );
  if (found === null) return undefined;
  const [head, kind] = found;
  const before = source.slice(0, found.index);
  const doc = docOf(/\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n$/.exec(before)?.[0] ?? '');
  const start = found.index + 'export '.length + (head.includes(' async ') ? 'async '.length : 0);
  switch (kind) {
    case 'interface':
    case 'class': {
      const brace = endOf(source, start, opensBody);
      return {
        kind,
        name,
        doc,
        signature: flat(source.slice(start, brace)),
        members: membersOf(source.slice(brace + 1, afterBlock(source, brace) - 1)),
      };
    }
    case 'function':
      return { kind, name, doc, signature: signatureOf(source.slice(start, endOf(source, start, opensBody))) };
    case 'const': {
      const end = endOf(source, start, (token) => token === '=');
      return { kind, name, doc, signature: flat(source.slice(start, end)) };
    }
    default: {
      const equals = endOf(source, found.index + head.length, (token) => token === '=');
      const end = endOf(source, equals + 1, (token) => token === ';');
      const type = source.slice(equals + 1, end);
      const alternatives = type.includes('/**') && !type.trim().startsWith('{') ? alternativesOf(type) : [];
      const literal =
        type.trim().startsWith('{') && type.trim().endsWith('}') ? membersOf(type.trim().slice(1, -1)) : [];
      return {
        kind,
        name,
        doc,
        signature: flat(source.slice(start, end)),
        alternatives,
        members: alternatives.length > 0 ? [] : literal,
      };
    }
  }
}
