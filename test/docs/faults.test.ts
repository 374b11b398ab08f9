import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { faultsDocument, reported, withoutTimes } from '../../scripts/faults-document.mjs';
import { FAULTS } from '../faults/matrix/all-faults.js';
import { cellsOf } from '../faults/matrix/table.js';

const path = fileURLToPath(new URL('../../docs/faults.md', import.meta.url));

/** What a run sees in which every cell comes to what the table says. */
const EXPECTED = FAULTS.map((fault, at) => ({
  faults: [{ ...fault, at }],
  seen: cellsOf([fault]).map((cell) => ({ ...cell, tookMs: 1 })),
}));

test('docs/faults.md says what the matrix holds', () => {
  expect(withoutTimes(readFileSync(path, 'utf8')), 'docs/faults.md is outdated: npm run faults').toBe(
    withoutTimes(faultsDocument(EXPECTED)),
  );
});

describe('what is reported', () => {
  const report = (verdict: object) => reported({ is: 'report', verdict: { outcome: 'failed', ...verdict } });

  test.each([
    [report({ trigger: 'liveness-lost', code: 1006 }), '`liveness-lost`'],
    [report({ trigger: 'protocol-error', code: 1002 }), '`protocol-error`, code 1002'],
    [
      report({ trigger: 'close-called', endedBy: 'close-deadline', code: 4001 }),
      '`close-called`, `endedBy` `close-deadline`',
    ],
    [reported({ is: 'refused', status: 408, why: 'handshake' }), 'event `handshake.refused`, 408'],
    [reported({ is: 'dropped', cause: 'EMFILE' }), 'event `listener.error`, `EMFILE`'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });

  test('is an error for an outcome that it does not know', () => {
    expect(() => reported({ is: 'other' })).toThrow('there is no outcome other');
  });
});

describe('a page', () => {
  const cell = { fault: 'noise', phase: 'open', protocol: 'plain', outcome: { is: 'unharmed' }, within: 'at once' };
  const page = (...cells: object[]) =>
    faultsDocument([
      {
        faults: [{ name: 'noise', how: 'It is loud.', at: 0 }],
        seen: cells.map((more) => ({ ...cell, role: 'dialed', why: 'Nobody minds.', tookMs: 7, ...more })),
      },
    ]);

  test('has one row for cells that say the same, which names what tells it from others', () => {
    const text = page({ role: 'accepted' }, {}, { protocol: 'TLS', why: 'TLS minds.' });
    expect(text).toContain('## Noise\n\nIt is loud.\n');
    expect(text).toContain('| open, plain | nothing: it goes on |  | at once | Nobody minds. |');
    expect(text).toContain('| open, dialed, TLS | nothing: it goes on |  | at once | TLS minds. |');
  });

  test('has its rows in the order of the phases', () => {
    const text = page({ phase: 'closing' }, { phase: 'connecting' });
    expect(text.indexOf('| connecting')).toBeLessThan(text.indexOf('| closing'));
  });

  test('is the same without its times, however long it took', () => {
    expect(page({})).toContain('| noise | 1 | 7 |');
    expect(withoutTimes(page({}))).toBe(withoutTimes(page({ tookMs: 9 })));
    expect(page({})).not.toBe(page({ tookMs: 9 }));
  });
});
