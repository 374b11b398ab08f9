import { expect, test } from 'vitest';
import type { ListenOptions } from '../../src/supervisor/listener.js';
import { resolveListen } from '../../src/supervisor/resolve-listen.js';
import { resolveSupervisor } from '../../src/supervisor/resolve-supervisor.js';
import { OptionError } from '../../src/transport/errors.js';

const defaults = resolveSupervisor({ limits: { maxPayloadBytes: 5 } });
const resolve = (options: Partial<ListenOptions>) => resolveListen({ handler: () => {}, ...options }, defaults, () => 'made');

test.each<[Partial<ListenOptions>, string]>([
  [{ port: 80, server: {} as never }, 'both port and server'],
  [{ host: 'localhost' }, 'without a port'],
  [{ port: -1 }, '0 to 65535'],
  [{ port: 70_000 }, '0 to 65535'],
  [{ port: '80' as never }, '0 to 65535'],
  [{ unmatched: 'drop' as never }, '"pass" and "refuse"'],
  [{ handler: undefined as never }, 'handler is missing'],
  [{ handler: 7 as never }, 'handler is no function'],
  [{ authenticate: 'yes' as never }, 'authenticate is no function'],
  [{ path: 'rooms' }, 'begin with'],
  [{ origins: 'same' as never }, 'origins'],
  [{ protocols: ['a b'] }, 'protocols'],
  [{ limits: { maxPayloadBytes: 0 } }, 'listen: limits.maxPayloadBytes'],
  [{ liveness: { pingEveryMs: 0 } }, 'listen: liveness.pingEveryMs'],
  [{ perMessageDeflate: { level: 10 } }, 'level'],
  [{ id: '' }, 'listen: id'],
  [{ handlre: () => {} } as never, 'handlre'],
])('%j is an OptionError that says %s', (options, says) => {
  expect(() => resolve(options)).toThrow(OptionError);
  expect(() => resolve(options)).toThrow(says);
});

test('what is not given comes from the supervisor, and the defaults', () => {
  expect(resolve({})).toMatchObject({ id: 'made', target: { kind: 'by-hand' }, unmatched: 'pass', perMessageDeflate: false, limits: { maxPayloadBytes: 5 } });
});

test.each<[Partial<ListenOptions>, object]>([
  [{ port: 0 }, { kind: 'port', port: 0, host: undefined }],
  [
    { port: 80, host: '::1' },
    { kind: 'port', port: 80, host: '::1' },
  ],
  [{}, { kind: 'by-hand' }],
])('%j listens at %j', (options, target) => {
  expect(resolve(options).target).toEqual(target);
});
