import type { Observable } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ScriptedPeer } from '../../src/testing/scripted-peer.js';
import type { Wire } from '../../src/transport/transport.js';
import { type Held, ROLES, settled } from './harness.js';

const ENDINGS: readonly (readonly [string, (peers: { near: ScriptedPeer; far: ScriptedPeer }) => void])[] = [
  ['its own Close', ({ near }) => near.wire.close(1000, '')],
  ["the peer's Close", ({ far }) => far.wire.close(1000, '')],
  ['terminate', ({ near }) => near.wire.terminate()],
  ["the peer's terminate", ({ far }) => far.wire.terminate()],
  ['end', ({ near }) => near.wire.end()],
  [
    'Close and terminate in one tick',
    ({ near }) => {
      near.wire.close(1000, '');
      near.wire.terminate();
    },
  ],
  [
    'a terminate that crosses a Close',
    ({ near, far }) => {
      far.wire.close(1000, '');
      near.wire.terminate();
    },
  ],
];

/** The streams of a wire, with what they have emitted. */
function watched(wire: Wire): { emitted: string[]; completed: Set<string>; errors: unknown[] } {
  const emitted: string[] = [];
  const completed = new Set<string>();
  const errors: unknown[] = [];
  for (const name of ['facts$', 'opened$', 'closed$', 'frames$', 'drained$'] as const) {
    const stream: Observable<unknown> = wire[name];
    stream.subscribe({
      next: () => emitted.push(name),
      error: (error: unknown) => errors.push(error),
      complete: () => completed.add(name),
    });
  }
  return { emitted, completed, errors };
}

const ALL = new Set(['facts$', 'opened$', 'closed$', 'frames$', 'drained$']);

export function describeStreams(held: Held): void {
  describe.each(ROLES)('the streams of a wire that was %s', (role) => {
    test.each(ENDINGS)('emit the end once, as the last value, and complete: %s', (_what, end) =>
      held(async (scene) => {
        const pair = await scene.pair(role);
        const { emitted, completed, errors } = watched(pair.near.wire);
        pair.far.wire.send('a frame', false);
        end(pair);
        await pair.near.ended();
        expect(pair.near.facts.filter(({ type }) => type === 'wire.closed')).toHaveLength(1);
        expect(pair.near.facts.at(-1)?.type).toBe('wire.closed');
        expect(emitted.filter((name) => name === 'closed$')).toHaveLength(1);
        expect(completed).toEqual(ALL);
        const before = emitted.length;
        await settled();
        expect(emitted).toHaveLength(before);
        expect(errors).toEqual([]);
      })(),
    );

    test(
      'complete at once for those who come after the end',
      held(async (scene) => {
        const { near } = await scene.pair(role);
        near.wire.terminate();
        await near.ended();
        const { emitted, completed } = watched(near.wire);
        expect(emitted).toEqual([]);
        expect(completed).toEqual(ALL);
      }),
    );

    test(
      'emit nothing while a method of the wire runs, except frames during resume',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        let running = '';
        const broken: string[] = [];
        const look = (what: string) => {
          if (running !== '') broken.push(`${what} within ${running}`);
        };
        near.wire.facts$.subscribe(({ type }) => look(type));
        near.wire.drained$.subscribe(() => look('drained'));
        near.wire.frames$.subscribe(() => {
          if (running !== 'resume') look('a frame');
        });
        const call = (name: 'pause' | 'resume' | 'ping' | 'discard' | 'end' | 'terminate' | 'send' | 'close') => {
          running = name;
          if (name === 'send') near.wire.send('text', false);
          else if (name === 'close') near.wire.close(1000, '');
          else near.wire[name]();
          running = '';
        };
        far.wire.send('before', false);
        for (const name of ['send', 'ping', 'pause'] as const) call(name);
        far.wire.send('while paused', false);
        far.wire.close(4000, '');
        await settled();
        for (const name of ['resume', 'send', 'discard', 'close'] as const) call(name);
        await near.fact('wire.closing');
        for (const name of ['end', 'terminate'] as const) call(name);
        await near.ended();
        for (const name of ['send', 'ping', 'pause', 'resume', 'discard', 'close', 'end', 'terminate'] as const)
          call(name);
        await settled();
        expect(broken).toEqual([]);
        expect(near.facts.at(-1)?.type).toBe('wire.closed');
      }),
    );
  });
}
