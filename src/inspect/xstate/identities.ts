/** The id that each owner of a machine has now. An owner that runs its machine again has another one. */
const ids = new WeakMap<object, string>();

/** The number of ids given so far. */
let idsSoFar = 0;

/**
 * Returns the id of an owner's machine: unique in the process, and the same for everybody who asks.
 *
 * @param kind what the id begins with.
 */
export function identityOf(owner: object, kind: string): string {
  return ids.get(owner) ?? newIdentity(owner, kind);
}

/**
 * Returns the id of the machine that an owner runs after one that is over. Only the first one who asks gets a new id.
 *
 * @param over the id of the machine that is over.
 */
export function identityAfter(owner: object, kind: string, over: string): string {
  const id = identityOf(owner, kind);
  return id === over ? newIdentity(owner, kind) : id;
}

function newIdentity(owner: object, kind: string): string {
  idsSoFar += 1;
  const id = `${kind}:${idsSoFar}`;
  ids.set(owner, id);
  return id;
}
