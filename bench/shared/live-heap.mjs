/** So many of the objects below take 1 MiB. */
const OBJECTS_PER_MIB = 12_500;

const held = [];

/**
 * Gives a process objects that live as long as it does, as any application has. Below 8 MiB of heap V8 spares a process
 * the collections that memory outside its heap brings about.
 */
export function holdLiveHeap(mib) {
  held.push(Array.from({ length: mib * OBJECTS_PER_MIB }, (_, i) => ({ id: i, name: `object ${i}` })));
}
