import { describe, expect, test } from 'vitest';
import { chatModel, open } from '../../examples/chat-model.js';

describe('the chat keeps to its machine over real sockets', () => {
  const model = chatModel();

  test.each(model.shortestPaths().map((path) => [path.title, path] as const))('%s', async (_title, path) => {
    await path.test();
  });

  test('on random walks', async () => {
    await model.testWalks({ runs: 10 });
  });

  test('in every state, by every transition, with every answer of every guard, but for drains', () => {
    model.coverage.assertFull({
      except: ['present.talking: connection.draining', 'present.muted: connection.draining'],
    });
  });
});

test('a chat that does not say who has left is caught', async () => {
  const model = chatModel(async (run) => {
    const scene = await open(run);
    scene.witness.frames$.subscribe(() => {
      const last = scene.heard.witness.indexOf('ann has left');
      if (last >= 0) scene.heard.witness.splice(last, 1);
    });
    return scene;
  });
  const leaving = model.path([
    { type: 'line', text: 'ann' },
    { type: 'line', text: '/quit' },
  ]);
  await expect(leaving.test()).rejects.toThrow('driver.states["gone"] has not settled within 2000 ms');
});
