/** 8 MiB of other live heap for a server: `npm run bench -- --node-flag=--import=./bench/servers/live-heap.mjs`. */
import { holdLiveHeap } from '../shared/live-heap.mjs';

holdLiveHeap(8);
