import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line: how many tests passed, failed, and were skipped, and how long it took. */
export class ClosingLine implements Reporter {
  #startedAt = performance.now();

  onTestRunStart(): void {
    this.#startedAt = performance.now();
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length;
    console.log(
      closingLine({
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        broken: broken + unhandled.length,
        ms: performance.now() - this.#startedAt,
      }),
    );
  }
}

/**
 * What a run came to. `broken` counts the errors outside any test: files that could not run, leaks, unhandled
 * rejections.
 */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly broken: number;
  readonly ms: number;
}

export function closingLine({ passed, failed, skipped, broken, ms }: Tally): string {
  const rest = [skipped > 0 ? `${skipped} skipped` : '', broken > 0 ? `${broken} errors outside tests` : ''].filter(
    Boolean,
  );
  const verdict =
    failed + broken > 0
      ? `FAILED: ${failed} tests failed, ${passed} passed`
      : passed > 0
        ? `OK: all ${passed} tests passed`
        : 'FAILED: no test ran';
  return `${[verdict, ...rest].join(', ')}, in ${(ms / 1000).toFixed(1)} s.`;
}
