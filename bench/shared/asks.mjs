import { createInterface } from 'node:readline';

/**
 * Serves asks from the harness: JSON lines `{ id, ask, ...args }` on stdin, one JSON line `{ id, answer }` or
 * `{ id, error }` each on stdout. The process ends with its stdin, so it never outlives the harness.
 *
 * @param {Readonly<Record<string, (args: object) => unknown>>} asks
 * @param {object} ready what is reported at once, as the line `{ ready }`
 */
export function serveAsks(asks, ready = {}) {
  const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const { id, ask, ...args } = JSON.parse(line);
    try {
      if (asks[ask] === undefined) throw new Error(`there is no ask "${ask}"`);
      say({ id, answer: (await asks[ask](args)) ?? {} });
    } catch (error) {
      say({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
  lines.on('close', () => process.exit(0));
  // A terminal's Ctrl-C goes to the whole process group: the harness decides, and then closes stdin.
  process.on('SIGINT', () => {});
  say({ ready: { pid: process.pid, ...ready } });
}
