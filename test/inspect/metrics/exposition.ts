/** Reads the text format of Prometheus (version 0.0.4), by its grammar. */

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const SAMPLE = new RegExp(String.raw`^(${NAME})(\{${LABEL}(?:,${LABEL})*\})? (\S+)$`);

/** The values by name and labels, as they are written. */
export function valuesOf(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
      return name === undefined ? [] : [[`${name}${labels}`, Number(value)]];
    }),
  );
}

/** What `promtool check metrics` would complain of, one sentence each. */
export function faultsOf(text: string): string[] {
  const faults: string[] = [];
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, kind, of = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP' && rest !== '') helped.add(of);
    else if (kind === 'TYPE') {
      if (types.has(of)) faults.push(`${of} has two types`);
      types.set(of, rest);
      faults.push(...nameFaults(of, rest));
      if (!helped.has(of)) faults.push(`${of} has no help`);
    } else faults.push(...sampleFaults(line, types, seen));
  }
  return faults;
}

function nameFaults(name: string, type: string): string[] {
  const faults: string[] = [];
  if ((type === 'counter') !== name.endsWith('_total')) faults.push(`${name} is a ${type}`);
  if (/_(?:ms|milliseconds|minutes|hours|kilobytes|kb|percent)(?:_|$)/.test(name))
    faults.push(`${name} has no base unit`);
  if (/(?:counter|gauge|histogram|summary)/.test(name)) faults.push(`${name} has its type in its name`);
  if (/[A-Z:]/.test(name)) faults.push(`${name} is not in snake case`);
  if (/_(?:count|sum|bucket|info)$/.test(name)) faults.push(`${name} ends as a part of a metric does`);
  return faults;
}

function sampleFaults(line: string, types: ReadonlyMap<string, string>, seen: Set<string>): string[] {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) return [`not a sample: ${line}`];
  const faults: string[] = [];
  if (seen.has(`${name}${labels}`)) faults.push(`twice: ${name}${labels}`);
  seen.add(`${name}${labels}`);
  if (!Number.isFinite(Number(value))) faults.push(`no number: ${line}`);
  const family = types.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '');
  if (!types.has(family)) faults.push(`${name} has no type`);
  if (family !== name && types.get(family) !== 'histogram') faults.push(`${name} is no part of a histogram`);
  if (name.endsWith('_bucket') && !/[{,]le="/.test(labels)) faults.push(`${name} has no le`);
  return faults;
}
