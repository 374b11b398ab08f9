/** What of an error is worth keeping in JSON, where errors would be empty objects. */
const ERROR_FIELDS = ['name', 'message', 'code', 'errno', 'syscall', 'address', 'port', 'cause'] as const;

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const fields = value as Error & Readonly<Record<string, unknown>>;
  return Object.fromEntries(ERROR_FIELDS.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
}

/** Writes a value as one line of JSON; errors keep their name, message, code, and cause. */
export function jsonLine(value: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(value, plain)}\n`;
}
