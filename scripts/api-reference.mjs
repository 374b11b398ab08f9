/**
 * Writes into docs/api.md what the source says about each public name, wherever there are markers for one:
 *
 *     <!-- api:createSupervisor -->
 *     <!-- /api:createSupervisor -->
 *
 * `node scripts/api-reference.mjs` brings them up to date; a test fails when they are not, or when a name has none.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { declarationOf } from './declarations.mjs';

const marker = (name) => `<!-- api:${name} -->`;
const endMarker = (name) => `<!-- /api:${name} -->`;

const UNITS = [
  [/Ms$/, 'ms'],
  [/Bytes$|^highWaterMark$/, 'bytes'],
  [/At$/, 'Unix ms'],
];

const unitOf = (name) => UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? '';

const cell = (text) => text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');

const code = (text) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

const errorsIn = (text) => text.replace(/\{(\w+)\}/g, '`$1`');

const sentence = ({ tag, text }) => {
  if (tag === 'throws') return `Throws ${errorsIn(text)}`;
  if (tag === 'returns') return `Returns ${text}`;
  const [, name, rest] = /^(\w+) ([\s\S]*)$/.exec(text) ?? [];
  return tag === 'param' || tag === 'typeParam' ? `\`${name}\`: ${rest}` : `${tag}: ${text}`;
};

/** What an option's text says of its default, told apart from what it says of the rest. */
function defaultIn(text) {
  const flat = text.replace(/\s*\n\s*/g, ' ');
  const match = /(?:^|(?<=[.;] ))Default(?! of):? (.*?)(?:\.(?= |$)|$)/.exec(flat);
  if (match === null) return { given: '', rest: flat };
  return { given: match[1], rest: flat.replace(match[0], '').replace(/\s+/g, ' ').trim() };
}

/** Where the default of an option that is an object is told. */
const defaultOf = ({ isOptional, type, doc }) => {
  const { given } = defaultIn(doc.text);
  const [, part] = /^Partial<(\w+)>/.exec(type) ?? [];
  if (given !== '') return given;
  if (part !== undefined) return `see [\`${part}\`](#${part.toLowerCase()})`;
  return isOptional ? '' : 'needed';
};

function optionTable(members) {
  const body = members.map((member) => {
    const { name, type, doc } = member;
    const meaning = [defaultIn(doc.text).rest, ...doc.tags.map(sentence)].join(' ');
    return `| ${[code(name), code(type), defaultOf(member), unitOf(name), meaning].map(cell).join(' | ')} |`;
  });
  return ['| option | type | default | unit | meaning |', '| --- | --- | --- | --- | --- |', ...body].join('\n');
}

/** Text that goes on in a list's entry. */
const indented = (text) => text.replace(/\n(?!\n)/g, '\n  ');

function memberList(members) {
  return members
    .map(({ signature, doc }) => {
      const said = [doc.text, ...doc.tags.map(sentence)].filter((text) => text !== '').join('\n\n');
      return `- ${code(signature)}${said === '' ? '' : `: ${indented(said)}`}`;
    })
    .join('\n');
}

/** Whether an interface is one of settings: nothing but fields, and defaults among them. */
const isSettings = (members) =>
  members.every(({ isMethod }) => !isMethod) && members.some(({ doc }) => defaultIn(doc.text).given !== '');

/** Members of a class as users call them; what it has from an interface and says nothing of stands there. */
function ownMembers({ name, signature, members }, find) {
  const [, interfaces = ''] = / implements (.*)$/.exec(signature) ?? [];
  const known = new Set(
    interfaces
      .split(', ')
      .flatMap((type) => (find(type.replace(/<.*/, ''))?.members ?? []).map((member) => member.name)),
  );
  return members
    .filter((member) => member.doc.text !== '' || !known.has(member.name))
    .map((member) => ({
      ...member,
      signature: member.signature.replace(/^constructor/, `new ${name}`).replace(/^static (?:async )?/, `${name}.`),
    }));
}

/** What is written of one declaration. @param find finds others by name. */
export function blockOf(declaration, find) {
  const { kind, name, doc, signature, alternatives = [] } = declaration;
  const members = kind === 'class' ? ownMembers(declaration, find) : (declaration.members ?? []);
  const isTold = alternatives.length > 0 || members.length > 0;
  const shown = kind === 'type' && isTold ? signature.replace(/ = .*$/s, '') : signature;
  const parts = [doc.text, doc.tags.map((tag) => `- ${sentence(tag)}`).join('\n')];
  if (alternatives.length > 0)
    parts.push(memberList(alternatives.map(({ text, doc: own }) => ({ signature: text, doc: own }))));
  else if (members.length > 0) parts.push(isSettings(members) ? optionTable(members) : memberList(members));
  const content = ['```ts', shown, '```', '', parts.filter((part) => part !== '').join('\n\n')];
  return `${marker(name)}\n\n${content.join('\n').trimEnd()}\n\n${endMarker(name)}`;
}

const finder = (sources) => (name) =>
  sources.map((source) => declarationOf(source, name)).find((found) => found !== undefined);

/**
 * A document with what stands between its markers as it should be. Throws for a marker of a name that no file exports.
 */
export function withReference(document, sources) {
  const find = finder(sources);
  return document.replace(/<!-- api:(\w+) -->[\s\S]*?<!-- \/api:\1 -->/g, (_block, name) => {
    const declaration = find(name);
    if (declaration === undefined) throw new Error(`docs/api.md has markers for ${name}, which nothing exports`);
    return blockOf(declaration, find);
  });
}

/** The source files whose exports may be public. */
export function sourcesOf(root) {
  const files = readdirSync(join(root, 'src'), { recursive: true }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('index.ts') && !path.startsWith('cli'),
  );
  return files
    .toSorted((a, b) => a.localeCompare(b, 'en'))
    .map((path) => readFileSync(join(root, 'src', path), 'utf8'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(process.argv[1]));
  const path = join(root, 'docs/api.md');
  writeFileSync(path, withReference(readFileSync(path, 'utf8'), sourcesOf(root)));
}
