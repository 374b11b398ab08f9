/** What of an error is worth keeping in JSON, where errors would be empty objects. The package's own write themselves. */
const ERROR_FIELDS = ['name', 'message', 'code', 'errno', 'syscall', 'address', 'port', 'cause'] as const;

/** Makes errors plain; one that hangs together in a circle with itself is written once. */
function plainly(): (key: string, value: unknown) => unknown {
  const seen = new Set<unknown>();
  return (_key, value) => {
    if (typeof value === 'bigint') return String(value);
    if (!(value instanceof Error)) return value;
    if (seen.has(value)) return undefined;
    seen.add(value);
    const fields = value as Error & Readonly<Record<string, unknown>>;
    return Object.fromEntries(ERROR_FIELDS.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
  };
}

/**
 * Writes a value as one line of JSON; errors keep their name, message, code, and cause. Of what cannot be written, a thrown
 * value whose getters throw say, the line keeps what is text, number, or boolean.
 */
export function jsonLine(value: Readonly<Record<string, unknown>>): string {
  try {
    return `${JSON.stringify(value, plainly())}\n`;
  } catch {
    const simple = Object.entries(value).filter(([, field]) => ['string', 'number', 'boolean'].includes(typeof field));
    return `${JSON.stringify(Object.fromEntries(simple))}\n`;
  }
}
