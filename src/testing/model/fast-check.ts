import type * as FastCheck from 'fast-check';

/** What the kit uses of fast-check. */
export type FastCheckModule = typeof FastCheck;

/**
 * Loads fast-check, which only random walks need.
 *
 * @throws {Error} that says what to install, when it is missing.
 */
export async function loadFastCheck(
  load: () => Promise<FastCheckModule> = () => import('fast-check'),
): Promise<FastCheckModule> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw cause;
    throw new Error('testWalks: random walks need fast-check 4; run `npm install --save-dev fast-check`.', { cause });
  }
}
