/**
 * The rules of the house, each a pure function from files to what breaks it, one sentence each; no sentence when all is
 * well.
 */
import { posix } from 'node:path';
import { codeOf, fileOf, importsOf, isNodes, packageOf, type SourceTree } from './source-tree.js';

/** What the files of one folder of `src` may import. Arrows run down only: any other import is forbidden. */
interface Room {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
}

const API = [
  'supervisor/api',
  'supervisor/options',
  'supervisor/time',
  'values',
  'transport',
  'transport/protocol',
] as const;
const EVERY_ROOM_OF_SUPERVISOR = [
  'api',
  'options',
  'time',
  'connection',
  'listener',
  'dialer',
  'children',
  'drain',
  'reporting',
].map((room) => `supervisor/${room}`);
const EVERY_ROOM_OF_WS = ['package', 'route', 'socket', 'deflate', 'write', 'read', 'http2'].map(
  (room) => `transport/ws/${room}`,
);

/** What the dashboard and its page say to each other. */
const FEED = ['inspect/dashboard/protocol', 'inspect/dashboard/protocol.ts'] as const;
/** What every room of the dashboard stands on: the API, its messages, who may look, and what hides secrets. */
const DASHBOARD = [...API, ...FEED, 'inspect/access', 'inspect/redaction'] as const;

/** What the command line stands on: the public entries, who may look, and what hides secrets in a text. */
const PUBLIC = ['public', 'inspect/access', 'inspect/redaction'] as const;
const COMMANDS = ['serve', 'dial', 'init', 'diagram', 'replay'].map((room) => `cli/${room}`);
const EVERY_ROOM_OF_CLI = [...['process', 'output', 'config', 'commands'].map((room) => `cli/${room}`), ...COMMANDS];

/** The folders of `src`. `public` stands for the entries' index files, which is all that the command line may use. */
const ROOMS: Readonly<Record<string, Room>> = {
  transport: { rooms: [], packages: ['rxjs'], node: true },
  'transport/protocol': { rooms: ['values', 'transport'], packages: [], node: true },
  'transport/ws/package': {
    rooms: ['values', 'transport', 'transport/protocol'],
    packages: ['@wirekeeper/plain-ws'],
    node: true,
  },
  'transport/ws/route': { rooms: ['values', 'transport'], packages: [], node: true },
  'transport/ws/socket': { rooms: ['values', 'transport', 'transport/protocol'], packages: [], node: true },
  'transport/ws/http2': {
    rooms: ['values', 'transport', 'transport/protocol', 'transport/ws/socket'],
    packages: [],
    node: true,
  },
  'transport/ws/deflate': {
    rooms: ['values', 'transport', 'transport/protocol', 'transport/ws/package'],
    packages: [],
    node: true,
  },
  'transport/ws/write': {
    rooms: ['values', 'transport', 'transport/protocol', 'transport/ws/socket', 'transport/ws/deflate'],
    packages: [],
    node: true,
  },
  'transport/ws/read': {
    rooms: ['values', 'transport', 'transport/protocol', 'transport/ws/package', 'transport/ws/deflate'],
    packages: [],
    node: true,
  },
  'transport/ws': {
    rooms: ['values', 'transport', 'transport/protocol', ...EVERY_ROOM_OF_WS],
    packages: ['rxjs'],
    node: true,
  },
  'machines/actor': { rooms: ['values'], packages: ['xstate'], node: false },
  'machines/diagram': { rooms: ['values'], packages: ['xstate'], node: false },
  machines: { rooms: ['machines/actor', 'machines/diagram', 'values'], packages: ['xstate'], node: false },
  'supervisor/api': { rooms: ['values', 'transport'], packages: ['rxjs'], node: true },
  'supervisor/options': { rooms: ['supervisor/api', 'values', 'transport'], packages: ['rxjs'], node: true },
  'supervisor/time': {
    rooms: ['supervisor/api', 'supervisor/options', 'values', 'transport'],
    packages: [],
    node: true,
  },
  'supervisor/reporting': { rooms: API, packages: ['rxjs'], node: true },
  /** Frames on their way to the handler. */
  'supervisor/connection/frames': { rooms: API, packages: ['rxjs'], node: true },
  'supervisor/connection': {
    rooms: [...API, 'supervisor/reporting', 'supervisor/connection/frames', 'machines'],
    packages: ['rxjs'],
    node: true,
  },
  'supervisor/listener': { rooms: [...API, 'supervisor/connection'], packages: [], node: true },
  'supervisor/dialer': {
    rooms: [...API, 'supervisor/reporting', 'supervisor/connection', 'machines'],
    packages: ['rxjs'],
    node: true,
  },
  'supervisor/children': { rooms: API, packages: [], node: true },
  'supervisor/drain': { rooms: [...API, 'supervisor/connection'], packages: [], node: true },
  supervisor: {
    rooms: [...EVERY_ROOM_OF_SUPERVISOR, 'machines', 'values', 'transport', 'transport/ws'],
    packages: ['rxjs'],
    node: true,
  },
  /** What authors of transports need: the ports, and the transport that is there. */
  'transport/index.ts': {
    rooms: ['values', 'transport', 'transport/ws'],
    packages: [],
    node: true,
  },
  /** Loads the packages that entries of their own need. */
  peer: { rooms: ['values'], packages: [], node: true },
  /** The port that message brokers are behind: types. */
  'cluster/port': { rooms: API, packages: [], node: false },
  /** What users of a cluster see. */
  'cluster/api': { rooms: ['cluster/port', ...API], packages: ['rxjs'], node: true },
  /** A log's entries, in order and each once. */
  'cluster/history': { rooms: ['cluster/port', 'cluster/api', ...API], packages: [], node: true },
  /** Topics and presence over several nodes, on the public API. */
  cluster: { rooms: ['cluster/port', 'cluster/api', 'cluster/history', ...API, ''], packages: ['rxjs'], node: true },
  'adapters/nats': {
    rooms: ['cluster/port', ...API, 'peer'],
    packages: ['@nats-io/transport-node', '@nats-io/jetstream'],
    node: true,
  },
  'adapters/redis': { rooms: ['cluster/port', ...API, 'peer'], packages: ['@redis/client'], node: true },
  'adapters/jwt': { rooms: [...API, 'peer', ''], packages: ['jose'], node: true },
  /** What plugins and adapters of frameworks have in common: they check the options of a drain as `drain` does. */
  'adapters/framework': { rooms: [...API, 'supervisor/drain', ''], packages: [], node: true },
  'adapters/express': { rooms: [...API, 'adapters/framework', ''], packages: [], node: true },
  'adapters/fastify': {
    rooms: [...API, 'adapters/framework', 'transport/index.ts', ''],
    packages: ['fastify'],
    node: true,
  },
  /** Nest's own packages are not loaded; a gateway's paths are compared as a listener's are. */
  'adapters/nest': {
    rooms: [...API, 'adapters/framework', 'supervisor/listener', 'transport/index.ts', ''],
    packages: ['rxjs'],
    node: true,
  },
  'adapters/streams': { rooms: ['values', ''], packages: [], node: true },
  /** Types, and functions that return what they are given. */
  service: { rooms: API, packages: [], node: false },
  /** Several processes that share one port, without the command line. */
  'service/pool': { rooms: API, packages: [], node: true },
  /** What a service and systemd say to each other. */
  'service/systemd': { rooms: API, packages: [], node: true },
  reconnect: { rooms: ['values'], packages: [], node: false },
  'inspect/redaction': { rooms: ['values'], packages: [], node: true },
  'inspect/access': { rooms: ['values', 'transport'], packages: [], node: true },
  'inspect/metrics': { rooms: ['peer', ...API], packages: ['rxjs', 'prom-client'], node: true },
  'inspect/opentelemetry': {
    rooms: ['peer', 'inspect/redaction', ...API],
    packages: ['rxjs', '@opentelemetry/api'],
    node: true,
  },
  'inspect/logging': { rooms: ['inspect/redaction', ...API], packages: ['rxjs'], node: true },
  'inspect/dashboard/protocol': { rooms: ['values'], packages: [], node: false },
  /** What the page decides, without a browser. */
  'inspect/dashboard/page/model': { rooms: [...FEED, 'values'], packages: [], node: false },
  'inspect/dashboard/page/parts': {
    rooms: [...FEED, 'inspect/dashboard/page', 'inspect/dashboard/page/model'],
    packages: ['preact', 'uplot', '@tanstack/virtual-core'],
    node: false,
  },
  'inspect/dashboard/page/views': {
    rooms: [
      ...FEED,
      'inspect/dashboard/page',
      'inspect/dashboard/page/model',
      'inspect/dashboard/page/parts',
      'values',
    ],
    packages: ['preact', 'virtual:layouts'],
    node: false,
  },
  'inspect/dashboard/page': {
    rooms: [...FEED, ...['model', 'parts', 'views'].map((room) => `inspect/dashboard/page/${room}`)],
    packages: ['preact'],
    node: false,
  },
  /** What the dashboard and its page say to each other. */
  'inspect/dashboard/protocol.ts': { rooms: ['inspect/dashboard/protocol'], packages: [], node: false },
  'inspect/recorder': {
    rooms: ['inspect/redaction', 'supervisor/api', 'supervisor/options', 'machines', 'values', 'transport'],
    packages: ['xstate'],
    node: true,
  },
  'inspect/xstate/server': {
    rooms: [
      'inspect/xstate',
      'inspect/access',
      'supervisor',
      'supervisor/api',
      'supervisor/listener',
      'values',
      'transport',
    ],
    packages: ['xstate'],
    node: true,
  },
  'inspect/xstate': {
    rooms: ['inspect/redaction', 'supervisor', 'supervisor/api', 'machines', 'machines/actor', 'values', 'transport'],
    packages: ['rxjs', 'xstate'],
    node: true,
  },
  'inspect/dashboard/shown': { rooms: DASHBOARD, packages: [], node: true },
  'inspect/dashboard/tables': { rooms: [...DASHBOARD, 'inspect/dashboard/shown'], packages: [], node: true },
  'inspect/dashboard/counts': { rooms: [...DASHBOARD, 'inspect/dashboard/tables'], packages: ['rxjs'], node: true },
  'inspect/dashboard/detail': { rooms: [...DASHBOARD, 'inspect/dashboard/shown'], packages: [], node: true },
  'inspect/dashboard/http': { rooms: DASHBOARD, packages: [], node: true },
  'inspect/dashboard/feed': {
    rooms: [...DASHBOARD, ...['shown', 'tables', 'detail'].map((room) => `inspect/dashboard/${room}`)],
    packages: [],
    node: true,
  },
  /** It makes supervisors as a program does, by the main entry. */
  'inspect/dashboard': {
    rooms: [
      ...DASHBOARD,
      ...['shown', 'tables', 'counts', 'detail', 'http', 'feed'].map((room) => `inspect/dashboard/${room}`),
      'inspect/recorder',
      '',
    ],
    packages: ['rxjs'],
    node: true,
  },
  inspect: {
    rooms: [
      'inspect/redaction',
      'inspect/logging',
      'inspect/recorder',
      'inspect/xstate',
      'inspect/xstate/server',
      'supervisor',
      ...EVERY_ROOM_OF_SUPERVISOR,
      'machines',
      'machines/diagram',
      'values',
      'transport',
    ],
    packages: ['rxjs', 'xstate'],
    node: true,
  },
  /** The W3C class: it makes supervisors as a program does, and checks the options of a dial as `dial` does. */
  'adapters/websocket': {
    rooms: [...API, 'supervisor/reporting', 'supervisor/dialer', ''],
    packages: [],
    node: true,
  },
  /** Adapters are the public API in other shapes: they stand on the main entry. */
  /** Its server checks options as its listener does, which is made when the first client comes. */
  'adapters/ws': { rooms: ['values', ...API, 'supervisor/listener', ''], packages: [], node: true },
  /** The public API in another shape: adapters know neither what inspects it nor each other. */
  'adapters/messages': { rooms: API, packages: [], node: true },
  /** fast-check is an optional peer, loaded when it is needed. */
  'testing/model': {
    rooms: ['testing', ...API, 'machines', 'machines/diagram'],
    packages: ['@xstate/test', 'fast-check', 'xstate'],
    node: true,
  },
  /** The list of what is public. */
  'testing/index.ts': { rooms: ['testing', 'testing/model'], packages: [], node: true },
  testing: { rooms: ['supervisor', 'cluster/port', ...API, 'machines'], packages: ['rxjs', 'xstate'], node: true },
  'cli/process': { rooms: ['public', 'service/pool'], packages: [], node: true },
  'cli/output': { rooms: [...PUBLIC, 'cli/process'], packages: [], node: true },
  'cli/config': { rooms: [...PUBLIC, 'cli/process'], packages: ['valibot'], node: true },
  'cli/serve': {
    rooms: [...PUBLIC, 'service/pool', 'service/systemd', 'cli/process', 'cli/output', 'cli/config'],
    packages: ['prom-client'],
    node: true,
  },
  'cli/replay': { rooms: [...PUBLIC, 'cli/process'], packages: [], node: true },
  'cli/dial': { rooms: [...PUBLIC, 'cli/process', 'cli/output'], packages: [], node: true },
  'cli/diagram': { rooms: ['public', 'cli/process'], packages: ['xstate'], node: true },
  'cli/init': { rooms: ['public', 'cli/process'], packages: [], node: true },
  /** What each command takes. */
  'cli/commands': { rooms: [...PUBLIC, 'cli/config', ...COMMANDS], packages: ['yargs'], node: true },
  cli: { rooms: [...PUBLIC, ...EVERY_ROOM_OF_CLI], packages: ['yargs'], node: true },
  /** `src/index.ts`. */
  '': {
    rooms: ['supervisor', ...EVERY_ROOM_OF_SUPERVISOR, 'values', 'transport', 'transport/protocol', 'transport/ws'],
    packages: [],
    node: false,
  },
};

/**
 * Files of `transport` that are values and pure functions on them: the machines may know these, and these know nothing
 * else.
 */
const VALUE_FILES = new Set(
  [
    'reconnect-delay',
    'assert-never',
    'close-code',
    'close-report',
    'contain',
    'error-json',
    'errors',
    'wrong-option',
    'explain',
    'frame',
    'http-response',
    'masked-url',
    'predicates',
    'read-options',
    'retry-after',
    'show',
    'thrown',
    'timeline',
    'wire-fact',
  ].map((name) => `transport/${name}.ts`),
);

/** The folder of a file, except for an entry whose rules are its own. */
const roomOf = (file: string) => (file in ROOMS ? file : file.includes('/') ? posix.dirname(file) : '');

/**
 * What `target` is to a file of another room: an entry's index to the command line, a value to the others, or its room.
 */
function roleOf(target: string, asker: string): string {
  if (asker.split('/', 1)[0] === 'cli' && posix.basename(target) === 'index.ts') return 'public';
  return VALUE_FILES.has(target) ? 'values' : roomOf(target);
}

/** Arrows run down only, between rooms and to packages. */
export function brokenArrows(src: SourceTree): string[] {
  return [...src].flatMap(([file, text]) => importsOf(text).flatMap((specifier) => brokenArrow(file, specifier) ?? []));
}

function brokenArrow(file: string, specifier: string): string | undefined {
  const name = roomOf(file);
  const room = ROOMS[name];
  if (room === undefined) return `${file} stands in a room that the house does not have`;
  const target = fileOf(file, specifier);
  if (VALUE_FILES.has(file)) {
    const isValue = target === undefined ? isNodes(specifier) : VALUE_FILES.has(target);
    return isValue ? undefined : `${file} is a value file and may not import ${specifier}`;
  }
  const asked = packageOf(specifier);
  if (target !== undefined)
    return roomOf(target) === name || room.rooms.includes(roleOf(target, name))
      ? undefined
      : `${file} may not import ${specifier}`;
  // `node` is no module: so are Node's types named, which every room's declarations may need.
  if (asked === undefined) return room.node || specifier === 'node' ? undefined : `${file} may not import ${specifier}`;
  return room.packages.includes(asked) ? undefined : `${file} may not import the package ${asked}`;
}

/** The files that import a package. */
export function importersOf(src: SourceTree, name: string): string[] {
  return [...src]
    .filter(([, text]) => importsOf(text).some((specifier) => packageOf(specifier) === name))
    .map(([file]) => file);
}

/** An import or export of types only; `verbatimModuleSyntax` has every other one run. */
const TYPE_IMPORT = /^(?:import|export) type [^;]*;/gm;

/** The files that load a package when they run: they import more of it than types. */
export function loadersOf(src: SourceTree, name: string): string[] {
  const running = new Map([...src].map(([file, text]) => [file, text.replace(TYPE_IMPORT, '')]));
  return importersOf(running, name);
}

/** Words that mean nothing, or something else here than elsewhere. */
const FORBIDDEN = /^(?:manager|helper|util|session|kill|disconnect)(?:s|ed|ing|ion|ity|ities)?$/;

/** Words of XState's events and actors, of Node's processes and HTTP/2, of NATS, and of Nest's adapters. */
const BORROWED = new Set([
  'sessionId',
  'kill',
  'exitedAfterDisconnect',
  'session',
  'JetStreamManager',
  'jetstreamManager',
  'bindClientDisconnect',
]);

/** Forbidden words in the names of files and in identifiers; comments and strings may contain them. */
export function forbiddenWords(src: SourceTree): string[] {
  return [...src].flatMap(([file, text]) => {
    const names = new Set([
      ...file.replace(/\.ts$/, '').split('/'),
      ...(codeOf(text).match(/[\p{L}_$][\p{L}\d_$]*/gu) ?? []),
    ]);
    return [...names]
      .filter((name) => !BORROWED.has(name))
      .filter((name) => wordsOf(name).some((word) => FORBIDDEN.test(word)))
      .map((name) => `${file} says ${name}`);
  });
}

function wordsOf(name: string): string[] {
  const apart = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return apart.toLowerCase().split(/[^a-z]+/);
}

/** Words that an engineer has to read twice: the comments and texts of `src` say reports, returns, or prevents. */
const OLD_WORDS = /\b(?:tells?|told|whoever|anew|hinders?|hindered|forsakes?|forsaken|forsook)\b/gi;

/** Old words anywhere in a file. */
export function oldWords(src: SourceTree): string[] {
  return [...src].flatMap(([file, text]) => (text.match(OLD_WORDS) ?? []).map((word) => `${file} says ${word}`));
}

/** The most characters in a line, of code, comments, and texts alike. */
const WIDEST_LINE = 120;

export function wideLines(src: SourceTree): string[] {
  return [...src].flatMap(([file, text]) =>
    text
      .split('\n')
      .flatMap(({ length }, index) =>
        length > WIDEST_LINE ? [`${file}:${index + 1} has ${length} characters, more than ${WIDEST_LINE}`] : [],
      ),
  );
}

/** A file is one idea: none is long, and most are neither crumbs nor heaps. */
const LENGTH = { most: 250, medianFrom: 40, medianTo: 150 };

export function unfitLengths(src: SourceTree): string[] {
  const lengths = [...src].map(([file, text]) => ({ file, lines: text.trimEnd().split('\n').length }));
  const tooLong = lengths
    .filter(({ lines }) => lines > LENGTH.most)
    .map(({ file, lines }) => `${file} has ${lines} lines, more than ${LENGTH.most}`);
  const sorted = lengths.map(({ lines }) => lines).toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const isFit = median >= LENGTH.medianFrom && median <= LENGTH.medianTo;
  return isFit
    ? tooLong
    : [...tooLong, `the median file has ${median} lines, not ${LENGTH.medianFrom} to ${LENGTH.medianTo}`];
}

/** The most files in a folder of `src`: 30, few enough to be seen at a glance, and 12 beside the rooms of `supervisor`. */
const MOST_FILES: Readonly<Record<string, number>> = { supervisor: 12 };

export function crowdedRooms(src: SourceTree): string[] {
  const counts = new Map<string, number>();
  for (const file of src.keys()) counts.set(roomOf(file), (counts.get(roomOf(file)) ?? 0) + 1);
  return [...counts].flatMap(([room, count]) => {
    const most = MOST_FILES[room] ?? 30;
    return count > most ? [`${room} has ${count} files, more than ${most}`] : [];
  });
}

/** Whether a compiled file does nothing when it runs: its source was types only. */
export function emitsNothing(javaScript: string): boolean {
  return (
    codeOf(javaScript)
      .replace(/export\s*\{\s*\};?/g, '')
      .trim() === ''
  );
}

/** What the page shows is tested in a browser, as a whole; what it decides is in its `model`. */
const isForBrowser = (file: string): boolean =>
  file.startsWith('inspect/dashboard/page/') && !file.startsWith('inspect/dashboard/page/model/');

/**
 * `test/` mirrors `src/`: each file with logic has a test of the same path; `dialer.redial.test.ts` is a test of
 * `dialer.ts`, too. Files that emit nothing and lists of exports need none.
 */
export function brokenMirror(src: SourceTree, tests: Iterable<string>, emitted: SourceTree): string[] {
  const tested = new Set(
    [...tests].map((test) => `${posix.dirname(test)}/${posix.basename(test).split('.', 1)[0]}.ts`),
  );
  const needs = (file: string) =>
    !isForBrowser(file) &&
    posix.basename(file) !== 'index.ts' &&
    !emitsNothing(emitted.get(file.replace(/\.ts$/, '.js')) ?? 'not emitted');
  return [...src.keys()].filter((file) => needs(file) && !tested.has(file)).map((file) => `src/${file} has no test`);
}

/** The packages that an entry's declarations lead to, each with the way there. */
export function packagesBehind(declarations: SourceTree, entry: string): Map<string, string> {
  const found = new Map<string, string>();
  const seen = new Set([entry]);
  const open = [{ file: entry, way: entry }];
  for (const { file, way } of open) {
    const text = declarations.get(file);
    if (text === undefined) throw new Error(`${way} leads to no declaration`);
    for (const specifier of importsOf(text)) {
      const next = fileOf(file, specifier, '.d.ts');
      const asked = packageOf(specifier);
      if (asked !== undefined && !found.has(asked)) found.set(asked, `${way} -> ${asked}`);
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      open.push({ file: next, way: `${way} -> ${next}` });
    }
  }
  return found;
}
