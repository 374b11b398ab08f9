/**
 * What is used of RxJS at run time, from where it stands. RxJS's front door leads through all of its 200 files on Node,
 * which took half of the time that loading this library took, and more memory than the library itself. These are the very
 * classes that `rxjs` exports: RxJS 7 lists `rxjs/internal/*` among its exports for each of its builds.
 */
export { Observable } from 'rxjs/internal/Observable';
export { filter } from 'rxjs/internal/operators/filter';
export { map } from 'rxjs/internal/operators/map';
export { Subscriber } from 'rxjs/internal/Subscriber';
