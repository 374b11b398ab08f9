/** A wrong option: one sentence for the user, no stack trace. */
export class UsageError extends Error {}

/** Has the process end with the status that `main` returns: 2 for a wrong option, 1 for what else it throws. */
export async function exitWith(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    const isUsage = error instanceof UsageError;
    process.stderr.write(`${isUsage ? error.message : error.stack}\n`);
    process.exitCode = isUsage ? 2 : 1;
  }
}
