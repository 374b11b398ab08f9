import { expect, test } from 'vitest';
import { withoutTimeline } from '../../../src/inspect/redaction/without-timeline.js';
import { aReport } from '../../support/reports.js';

test('leaves the timeline out, and does not read it', () => {
  const report = Object.defineProperty(aReport({}), 'timeline', {
    enumerable: true,
    get: () => {
      throw new Error('read');
    },
  });
  expect(withoutTimeline(report)).toEqual(aReport({}));
});
