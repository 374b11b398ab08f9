/**
 * Measures contestants in turns: all servers are alive, one works at a time, each round begins with another one, so
 * that what the machine does meanwhile hits all of them alike.
 *
 * @param {import('./bench.mjs').Bench} bench
 * @param {object} plan
 * @param {Partial<import('../servers/settings.mjs').Settings>} plan.settings of every server
 * @param {(contestant: import('./contestant.mjs').Contestant) => Promise<unknown>} plan.prepare
 * @param {(contestant: import('./contestant.mjs').Contestant) => Promise<Record<string, number>>} plan.slice
 * @param {number} plan.rounds
 * @param {number} [plan.warmUps] slices of each that do not count. Default 2.
 * @returns {Promise<Map<string, Record<string, number>[]>>} the slices by peer, in the order of the rounds
 */
export function alternate(bench, { settings, prepare, slice, rounds, warmUps }) {
  const mode = settings.tls === undefined ? settings.mode : overTls(settings.mode);
  const entering = bench.peersFor(mode).map((peer) => () => bench.enter(peer, settings, prepare));
  return alternateOf(bench, entering, { slice, rounds, warmUps });
}

/** The same with contestants of any kind, each of which a function has enter. */
export async function alternateOf(bench, entering, { slice, rounds, warmUps = 2 }) {
  const contestants = [];
  for (const enter of entering) {
    const contestant = await enter();
    if (contestant !== undefined) contestants.push(contestant);
  }
  const samples = new Map(contestants.map(({ peer }) => [peer, []]));
  try {
    for (let round = -warmUps; round < rounds; round += 1) {
      bench.say(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`);
      for (const contestant of rotated(contestants, round)) {
        if (!samples.has(contestant.peer)) continue;
        const measured = await bench.attempt(contestant.peer, () => slice(contestant));
        if (measured === undefined) samples.delete(contestant.peer);
        else if (round >= 0) samples.get(contestant.peer).push(measured);
      }
    }
  } finally {
    for (const contestant of contestants) await bench.leave(contestant);
  }
  return samples;
}

/** Not everybody who echoes does so over TLS; who receives does. */
function overTls(mode) {
  return mode === 'echo' ? 'echo-tls' : mode;
}

/** Like `alternate`, with fresh processes for each measurement: for what a process remembers, such as memory. */
export async function alternateFresh(bench, { settings, prepare, slice, rounds }) {
  const peers = bench.peersFor(settings.mode);
  const samples = new Map(peers.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`round ${round + 1} of ${rounds}`);
    for (const peer of rotated(peers, round)) {
      if (!samples.has(peer.name)) continue;
      const measured = await measureOnce(bench, peer, settings, prepare, slice);
      if (measured === undefined) samples.delete(peer.name);
      else samples.get(peer.name).push(measured);
    }
  }
  return samples;
}

async function measureOnce(bench, peer, settings, prepare, slice) {
  const contestant = await bench.enter(peer, settings, prepare);
  if (contestant === undefined) return undefined;
  try {
    return await bench.attempt(peer.name, () => slice(contestant));
  } finally {
    await bench.leave(contestant);
  }
}

function rotated(list, by) {
  return list.map((_item, at) => list[(((at + by) % list.length) + list.length) % list.length]);
}
