import { expect, test } from 'vitest';
import { onceRead } from '../../../src/supervisor/time/once-read.js';
import { socketPair } from '../../support/socket-pair.js';

test('what lies in the kernel is read first', async () => {
  await using pair = await socketPair();
  const order: string[] = [];
  pair.accepted.on('data', () => order.push('read'));
  pair.client.write('x');
  const end = performance.now() + 20;
  while (performance.now() < end);
  await new Promise<void>((resolve) =>
    onceRead(() => {
      order.push('then');
      resolve();
    }),
  );
  expect(order).toEqual(['read', 'then']);
});
