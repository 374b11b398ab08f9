/**
 * Measures one contestant with something and without it, in turns which of them is first, so that what the machine does
 * meanwhile hits both alike.
 *
 * @param {import('./bench.mjs').Bench} bench
 * @param {object} plan
 * @param {object} plan.peer
 * @param {Partial<import('../servers/settings.mjs').Settings>} plan.settings of its server
 * @param {(contestant: import('./contestant.mjs').Contestant) => Promise<unknown>} plan.prepare
 * @param {(contestant: import('./contestant.mjs').Contestant) => Promise<number>} plan.measure what is compared
 * @param {(contestant: import('./contestant.mjs').Contestant) => Promise<() => Promise<unknown>>} plan.begin begins
 * what is judged, and returns what ends it
 * @param {number} plan.rounds
 * @param {number} [plan.warmUps] pairs that do not count. Default 2.
 * @returns {Promise<{ with: number, without: number }[] | undefined>} the pairs; `undefined` when it could not be
 * measured
 */
export async function paired(bench, { peer, settings, prepare, measure, begin, rounds, warmUps = 2 }) {
  const contestant = await bench.enter(peer, settings, prepare);
  if (contestant === undefined) return undefined;
  const measureWith = async () => {
    const end = await begin(contestant);
    try {
      return await measure(contestant);
    } finally {
      await end();
    }
  };
  const pairs = [];
  try {
    for (let round = -warmUps; round < rounds; round += 1) {
      bench.say(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`);
      const pair = await bench.attempt(peer.name, () =>
        round % 2 === 0 ? both(measureWith, measure, contestant) : bothReversed(measureWith, measure, contestant),
      );
      if (pair === undefined) return undefined;
      if (round >= 0) pairs.push(pair);
    }
  } finally {
    await bench.leave(contestant);
  }
  return pairs;
}

async function both(measureWith, measure, contestant) {
  const first = await measureWith();
  return { with: first, without: await measure(contestant) };
}

async function bothReversed(measureWith, measure, contestant) {
  const without = await measure(contestant);
  return { with: await measureWith(), without };
}
