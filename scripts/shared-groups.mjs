import { join } from 'node:path';

/**
 * What the main entry is made of, in files of which each is loaded by the entries that are named and by those after
 * them. So no entry loads what only later ones need. Each file more would take half a millisecond of the start.
 */
const FILES = {
  'reconnect-delay': ['reconnect'],
  values: [
    'machines',
    'adapters/messages',
    'adapters/nats',
    'adapters/redis',
    'inspect/metrics',
    'inspect/opentelemetry',
  ],
  wires: ['testing'],
  transport: ['transport'],
  supervisor: ['.'],
};

/** The groups of modules that the bundler makes one file each of. */
export function sharedGroups(root) {
  const found = new Map();

  /** The modules that entries load. */
  const loadedBy = (entries, context) => {
    const key = entries.join();
    const known = found.get(key);
    if (known !== undefined) return known;
    const ids = new Set(entries.map((entry) => join(root, 'src', entry, 'index.ts')));
    for (const id of ids) for (const imported of context.getModuleInfo(id)?.importedIds ?? []) ids.add(imported);
    found.set(key, ids);
    return ids;
  };

  return Object.entries(FILES).map(([file, entries], index, { length }) => ({
    name: (id, context) => (loadedBy(['.'], context).has(id) && loadedBy(entries, context).has(id) ? file : null),
    debugName: file,
    // A module goes to the first file that has it.
    priority: length - index,
  }));
}
