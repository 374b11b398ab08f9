import { expect, test } from 'vitest';
import { ZlibJobs } from '../../../../src/transport/ws/deflate/zlib-jobs.js';

function open(atOnce: number) {
  const jobs = new ZlibJobs(atOnce);
  const begun: string[] = [];
  const releases = new Map<string, () => void>();
  const add = (name: string) =>
    jobs.add((release) => {
      begun.push(name);
      releases.set(name, release);
    });
  return { jobs, begun, add, end: (name: string) => releases.get(name)?.() };
}

test('a bounded number run at once, and the others begin in order as one ends', () => {
  const { begun, add, end } = open(2);
  for (const name of ['a', 'b', 'c', 'd']) add(name);
  expect(begun).toEqual(['a', 'b']);
  end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  end('a');
  end('c');
  end('d');
  add('e');
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a job that ends at once makes room at once', () => {
  const { jobs, begun, add, end } = open(1);
  add('a');
  jobs.add((release) => release());
  add('b');
  end('a');
  expect(begun).toEqual(['a', 'b']);
});
