import { expect, test } from 'vitest';
import { OptionError } from '../../../src/index.js';
import { activatedSocket } from '../../../src/service/systemd/activation.js';

test.each([
  [{}, undefined],
  [{ LISTEN_PID: '42', LISTEN_FDS: '1' }, 3],
  [{ LISTEN_PID: '41', LISTEN_FDS: '1' }, undefined],
  [{ LISTEN_FDS: '1' }, undefined],
  [{ LISTEN_PID: '42', LISTEN_FDS: '0' }, undefined],
  [{ LISTEN_PID: '42' }, undefined],
])('the environment %j has socket %s', (env, socket) => {
  expect(activatedSocket(env, 42)).toBe(socket);
});

test.each(['2', 'all', '-1'])('LISTEN_FDS of %j is refused', (fds) => {
  expect(() => activatedSocket({ LISTEN_PID: '42', LISTEN_FDS: fds }, 42)).toThrow(
    new OptionError(`LISTEN_FDS is "${fds}"; the service takes one socket, so it must be 1.`),
  );
});
