const HOSTS = 200;
const NETS = 4;

/**
 * Yields loopback addresses in turn, 800 of them: one address has about 28,000 ports, and after an accept storm each is
 * in TIME_WAIT for a minute, which makes every further bind slow.
 */
export function* loopbackAddresses() {
  for (let turn = 0; ; turn += 1) yield `127.0.${1 + (turn % NETS)}.${1 + (Math.floor(turn / NETS) % HOSTS)}`;
}
