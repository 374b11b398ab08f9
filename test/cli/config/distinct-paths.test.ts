import { expect, test } from 'vitest';
import { checkPathsDiffer } from '../../../src/cli/config/distinct-paths.js';
import { OptionError } from '../../../src/index.js';

const entries = (...paths: string[]) => paths.map((path, i) => ({ paths: [path], place: `entry ${i}` }));

test.each([[['/a', '/b']], [['/a/*', '/a/b']], [['/a/:x', '/a/:x/c']], [['/a/x*', '/a/x']]])(
  '%j take different requests',
  (paths) => {
    expect(() => checkPathsDiffer(entries(...paths))).not.toThrow();
  },
);

test.each([[['/a', '/a']], [['/a/*', '/a/:name']], [['/:a/b/:c', '/:x/b/*']]])(
  '%j take the same requests, and are refused',
  (paths) => {
    expect(() => checkPathsDiffer(entries(...paths))).toThrow(
      new OptionError(`entry 1 has the path "${paths[1]}", which entry 0 has already; paths must be distinct.`),
    );
  },
);
