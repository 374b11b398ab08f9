import type { SubjectRef } from '../../protocol/detail.js';
import type { ConnectionQuery, EndingQuery } from '../../protocol/tables.js';

/** What the page shows, as its address says it: the part behind `#`. */
export type Route =
  | { readonly view: 'overview' }
  | { readonly view: 'connections'; readonly query: ConnectionQuery }
  | { readonly view: 'endings'; readonly query: EndingQuery }
  | { readonly view: 'subject'; readonly subject: SubjectRef };

/** The address of a route: a link that can be kept, shared, and opened later. */
export function hashOf(route: Route): string {
  switch (route.view) {
    case 'overview':
      return '#/';
    case 'connections':
    case 'endings':
      return `#/${route.view}${printQuery(route.query)}`;
    case 'subject':
      return `#/${pathOf(route.subject).map(encodeURIComponent).join('/')}`;
  }
}

/** The inverse of `hashOf`. What it does not know is the overview. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [view, ...parts] = path.split('/').map(decoded);
  const [first, second] = parts;
  if (view === 'connections') return { view, query: readQuery(query) };
  if (view === 'endings') return { view, query: readQuery(query) };
  if (view === 'connection' && first) return { view: 'subject', subject: { machine: view, connectionId: first } };
  if (view === 'supervisor' && first) return { view: 'subject', subject: { machine: view, supervisor: first } };
  if (view === 'dialer' && first && second)
    return { view: 'subject', subject: { machine: view, supervisor: first, childId: second } };
  return { view: 'overview' };
}

/** The token in the address of a link, `#token=...`. */
export function tokenOf(hash: string): string | undefined {
  const [, token] = /^#token=(.+)$/.exec(hash) ?? [];
  return token === undefined ? undefined : decoded(token);
}

/** The link to one connection. */
export function connectionHash(connectionId: string): string {
  return hashOf({ view: 'subject', subject: { machine: 'connection', connectionId } });
}

function pathOf(subject: SubjectRef): string[] {
  switch (subject.machine) {
    case 'connection':
      return ['connection', subject.connectionId];
    case 'dialer':
      return ['dialer', subject.supervisor, subject.childId];
    case 'supervisor':
      return ['supervisor', subject.supervisor];
  }
}

/** A part of an address that somebody has typed may be badly encoded: then it stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const NUMBERS = new Set(['minBufferedBytes', 'code']);
const TEXTS = new Set(['search', 'state', 'role', 'childId', 'outcome', 'trigger']);

function printQuery({ sort, ...filters }: ConnectionQuery | EndingQuery): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    if (value !== undefined && value !== '') params.set(name, `${value}`);
  if (sort !== undefined) params.set('sort', `${sort.descending ? '-' : ''}${sort.by}`);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** The server checks the values: a wrong one is answered by a refusal, and not by an empty table. */
function readQuery(text: string): ConnectionQuery & EndingQuery {
  const query: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (TEXTS.has(name) && value !== '') query[name] = value;
    if (NUMBERS.has(name) && /^\d+$/.test(value)) query[name] = Number(value);
    if (name === 'sort') query['sort'] = { by: value.replace(/^-/, ''), descending: value.startsWith('-') };
  }
  return query;
}
