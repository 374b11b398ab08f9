/**
 * Gives a server some 8 MiB of objects that live as long as it does, as any application has:
 * `npm run bench -- --node-flag=--import=./bench/servers/live-heap.mjs`. Below 8 MiB V8 spares a process the
 * collections that memory outside its heap brings about.
 */
const OBJECTS = 100_000;

globalThis[Symbol.for('wirekeeper.bench.liveHeap')] = Array.from({ length: OBJECTS }, (_, i) => ({
  id: i,
  name: `object ${i}`,
}));
