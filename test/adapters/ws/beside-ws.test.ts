import { afterAll, expect, test } from 'vitest';
import { sharedSupervisor } from 'wirekeeper/ws';
import { MISUSES } from './misuses.js';
import { SCENARIOS, type Scenario } from './scenarios.js';
import { type Implementation, OURS, Stage, THEIRS } from './stage.js';

afterAll(() => sharedSupervisor().stop());

async function play(kit: Implementation, scenario: Scenario) {
  const stage = new Stage(kit);
  try {
    await scenario(stage);
    await stage.settled();
    return { server: [...stage.server], client: [...stage.client] };
  } finally {
    await stage.clear();
  }
}

test.each(Object.entries({ ...SCENARIOS, ...MISUSES }))('%s, as with ws', async (_name, scenario) => {
  const theirs = await play(THEIRS, scenario);
  expect(theirs.client.length + theirs.server.length).toBeGreaterThan(0);
  expect(await play(OURS, scenario)).toEqual(theirs);
});
