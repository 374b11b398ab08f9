import { seed } from './seed.js';

// Few files need fast-check: it is loaded where it has to be told only.
if (process.env['WIREKEEPER_SEED'] !== undefined) {
  const { configureGlobal, readConfigureGlobal } = await import('fast-check');
  configureGlobal({ ...readConfigureGlobal(), seed });
}
