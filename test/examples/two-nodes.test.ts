import { expect, test } from 'vitest';
import { play, startNode } from '../../examples/two-nodes.js';
import { isNatsMissing, sayIfNatsIsMissing, startNats } from '../cluster/a-nats-server.js';
import { freePorts } from '../foreign/program.js';

sayIfNatsIsMissing();

test.skipIf(isNatsMissing)('a client whose node is lost goes on at the other one, with each message once', async () => {
  const server = await startNats();
  const [first = 0, second = 0] = await freePorts(2);
  const nodes = [await startNode(first, server.url), await startNode(second, server.url)] as const;
  const lines: string[] = [];
  try {
    // In this process a node is not killed, but dropped.
    const kill = async (node: 0 | 1) => void (await nodes[node].terminate());
    const heard = await play({ ports: [first, second], kill }, (line) => lines.push(line));
    expect(heard).toEqual(Array.from({ length: 10 }, (_, index) => `message ${index + 1}`));
    expect(lines).toContain('node 2 is killed');
  } finally {
    await Promise.all(nodes.map((node) => node.terminate()));
    await server.stop();
  }
});
