import { expect, test } from 'vitest';
import { loadPeer } from '../../src/peer/load-peer.js';
import { PlatformError } from '../../src/transport/errors.js';

test('a package that is installed is the one that programs get', async () => {
  const { Registry } = await import('prom-client');
  expect(loadPeer('prom-client', '15', 'collectMetrics')).toHaveProperty('Registry', Registry);
});

test('a package that is not installed is an error with the command that installs it', () => {
  expect(() => loadPeer('wirekeeper-no-such-package', '1', 'collectMetrics')).toThrow(
    new PlatformError(
      'collectMetrics: the package wirekeeper-no-such-package is not installed; run npm install wirekeeper-no-such-package@1.',
    ),
  );
});

test('a package that cannot be loaded is an error with its cause', () => {
  const cause = new SyntaxError('a bug');
  const load = () => {
    throw cause;
  };
  expect(() => loadPeer('odd', '1', 'collectMetrics', load)).toThrow(
    expect.objectContaining({ message: expect.stringContaining('odd cannot be loaded'), cause }),
  );
});
