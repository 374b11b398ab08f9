import { expect, test } from 'vitest';
import { Look, type Shown } from '../../../../src/inspect/dashboard/tables/look.js';
import { Slicer } from '../../../../src/inspect/dashboard/tables/slicer.js';

interface Query {
  readonly least: number;
}

/** A table of numbers, each of which is a row with the present value of its counter. */
function aTable() {
  const items = [1, 2, 3, 4, 5];
  let now = 0;
  let version = 0;
  let scans = 0;
  let counter = 0;
  const sent: (Shown<string> & { readonly look: number })[] = [];
  const look = new Look<Query, number, string>({
    source: {
      scan: ({ least }) => {
        scans += 1;
        return {
          items: [...items],
          size: items.length,
          pick: (item) => (item >= least ? { key: item } : undefined),
          isDescending: false,
          isSorted: false,
        };
      },
      row: (item) => `${item}:${counter}`,
      size: () => items.length,
      version: () => version,
    },
    slicer: new Slicer(),
    clock: { now: () => now, wallNow: () => 1_000 + now },
    send: (number, shown) => sent.push({ look: number, ...shown }),
  });
  return {
    look,
    sent,
    items,
    scans: () => scans,
    count: () => {
      counter += 1;
    },
    change: () => {
      version += 1;
    },
    advance: (ms: number) => {
      now += ms;
    },
  };
}

const turns = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('shows the window of the result, with its whole length', async () => {
  const { look, sent } = aTable();
  look.at(1, { least: 2 }, { first: 1, count: 2 });
  await turns();
  expect(sent).toEqual([{ look: 1, asOf: 1_000, total: 4, of: 5, first: 1, rows: ['3:0', '4:0'] }]);
});

test('another window of the same query is shown from the result at hand', async () => {
  const { look, sent, scans } = aTable();
  look.at(1, { least: 2 }, { first: 0, count: 1 });
  await turns();
  look.at(2, { least: 2 }, { first: 3, count: 5 });
  expect(sent.at(-1)).toMatchObject({ look: 2, rows: ['5:0'] });
  expect(scans()).toBe(1);
});

test('another query calls off the scan for the one before', async () => {
  const { look, sent } = aTable();
  look.at(1, { least: 2 }, { first: 0, count: 9 });
  look.at(2, { least: 5 }, { first: 0, count: 9 });
  await turns();
  expect(sent.map((shown) => shown.look)).toEqual([2]);
});

test('a refresh shows rows that have changed, and nothing when none has', async () => {
  const { look, sent, count } = aTable();
  look.at(1, { least: 5 }, { first: 0, count: 9 });
  await turns();
  look.refresh();
  expect(sent.length).toBe(1);
  count();
  look.refresh();
  expect(sent.at(-1)?.rows).toEqual(['5:1']);
});

test('the result is found again when it may have changed, and not before it is due', async () => {
  const { look, items, change, advance, scans, sent } = aTable();
  look.at(1, { least: 5 }, { first: 0, count: 9 });
  await turns();
  items.push(6);
  look.refresh();
  change();
  look.refresh();
  expect(scans()).toBe(1);
  advance(2_000);
  look.refresh();
  await turns();
  expect([scans(), sent.at(-1)?.rows]).toEqual([2, ['5:0', '6:0']]);
});

test('nothing is shown of what is looked at no longer', async () => {
  const { look, sent, count } = aTable();
  look.at(1, { least: 1 }, { first: 0, count: 9 });
  look.away();
  await turns();
  count();
  look.refresh();
  expect(sent).toEqual([]);
});
