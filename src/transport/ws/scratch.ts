/**
 * One buffer in which small frames of a tick are joined before they are written. All wires share it, since as a rule one
 * wire at a time writes; the owner gives it up when it has written.
 */
export const SCRATCH_BYTES = 64 * 1024;

interface Scratch {
  buffer: Buffer;
  used: number;
  owner: object | undefined;
}

export const scratch: Scratch = { buffer: Buffer.allocUnsafeSlow(SCRATCH_BYTES), used: 0, owner: undefined };

/** Frees the buffer for the next owner. */
export function releaseScratch(): void {
  scratch.owner = undefined;
  scratch.used = 0;
}

/** Leaves the buffer to whoever still reads from it, and takes a new one. */
export function replaceScratch(): void {
  scratch.buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  releaseScratch();
}
