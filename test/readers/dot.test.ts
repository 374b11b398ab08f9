import { describe, expect, test } from 'vitest';
import { toDot } from '../../src/inspect/index.js';
import { MACHINES } from './machines.js';
import { hasReaders, readerPath, whatIsMissing } from './packages.js';

if (!hasReaders) whatIsMissing();

interface Viz {
  render(
    text: string,
    options: { format: string },
  ): { status: string; output?: string; errors: readonly { level?: string; message: string }[] };
}

describe.runIf(hasReaders)('Graphviz', () => {
  test.each(MACHINES)(
    'draws %s without a complaint',
    async (_name, machine) => {
      const { instance } = (await import(readerPath('@viz-js/viz'))) as { instance: () => Promise<Viz> };
      const { status, output, errors } = (await instance()).render(toDot(machine), { format: 'svg' });
      // The WebAssembly build knows the width of few characters.
      const complaints = errors.filter(({ message }) => !/no value for width of/.test(message));
      expect({ status, complaints }).toEqual({ status: 'success', complaints: [] });
      expect(output).toContain('</svg>');
    },
    30_000,
  );
});
