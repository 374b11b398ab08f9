;; Masking (RFC 6455 section 5.3), 64 bytes a round. `node scripts/build-unmask.mjs` compiles this into unmask-wasm.ts.
(module
  ;; Two pages of 64 KiB, and no more ever: what lies in them may be read and written by others at any time.
  (memory (export "memory") 2 2)
  ;; XORs `size` bytes, at most 65536, that begin at `from` in either page with `key`, and puts the outcome at the start
  ;; of the second page. Up to 63 bytes more are written there.
  (func (export "mask") (param $from i32) (param $size i32) (param $key i32)
    (local $to i32)
    (local $end i32)
    (local $keys v128)
    (local.set $keys (i32x4.splat (local.get $key)))
    (local.set $to (i32.const 65536))
    (local.set $end (i32.add (local.get $to) (local.get $size)))
    (loop $round
      (v128.store (local.get $to)
        (v128.xor (v128.load (local.get $from)) (local.get $keys)))
      (v128.store offset=16 (local.get $to)
        (v128.xor (v128.load offset=16 (local.get $from)) (local.get $keys)))
      (v128.store offset=32 (local.get $to)
        (v128.xor (v128.load offset=32 (local.get $from)) (local.get $keys)))
      (v128.store offset=48 (local.get $to)
        (v128.xor (v128.load offset=48 (local.get $from)) (local.get $keys)))
      (local.set $from (i32.add (local.get $from) (i32.const 64)))
      (br_if $round (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 64))) (local.get $end))))))
