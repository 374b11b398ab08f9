/**
 * What the random tests of this run begin with. It is another one each time, and printed; `WIREKEEPER_SEED=...` takes
 * the same choices again, in tests of fast-check that name no seed as well (see `seed.setup.ts`).
 */
export const seed: number = Number(process.env['WIREKEEPER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
