import { UNMASK_WASM } from './unmask-wasm.js';

/** The size of a page, and the most that is read from a socket at once. */
export const PAGE_BYTES = 64 * 1024;

/** The most that TLS decrypts at once: a record (RFC 8446 section 5.1). */
export const RECORD_BYTES = 16 * 1024;

/** Memory that all connections share, one after the other. */
interface Pages {
  /** What sockets are read into. It may be read by the callback of a read, until that returns. */
  readonly read: Buffer;
  /** Where masking puts its result. */
  readonly work: Buffer;
  /**
   * Masks `size` bytes that begin at `from` with `key`, whose lowest byte comes first, into the work page. Places count
   * through both pages, the read page first. `undefined` if there is no WebAssembly.
   */
  readonly mask: ((from: number, size: number, key: number) => void) | undefined;
}

/** What is used of WebAssembly; neither TypeScript's own libraries nor Node's types have it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly mask: NonNullable<Pages['mask']> };
  };
};

let opened: Pages | undefined;

/** Made when first asked for. */
export function pages(): Pages {
  opened ??= openPages();
  return opened;
}

function openPages(): Pages {
  try {
    const { memory, mask } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(UNMASK_WASM, 'base64')))
      .exports;
    return {
      read: Buffer.from(memory.buffer, 0, PAGE_BYTES),
      work: Buffer.from(memory.buffer, PAGE_BYTES, PAGE_BYTES),
      mask,
    };
  } catch {
    // V8 runs without its compilers, or without vectors, or has no address space left.
    return { read: Buffer.allocUnsafeSlow(PAGE_BYTES), work: Buffer.alloc(0), mask: undefined };
  }
}
