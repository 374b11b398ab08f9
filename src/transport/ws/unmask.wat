;; Masking (RFC 6455 section 5.3), 64 bytes a round. `node scripts/build-unmask.mjs` compiles this into unmask-wasm.ts.
(module
  ;; One page, 64 KiB: longer payloads come in pieces.
  (memory (export "memory") 1)
  ;; XORs the bytes from 0 to `end`, at most 65536, with `key`; what is left of the last round is changed too.
  (func (export "mask") (param $end i32) (param $key i32)
    (local $at i32)
    (local $keys v128)
    (local.set $keys (i32x4.splat (local.get $key)))
    (loop $round
      (v128.store (local.get $at)
        (v128.xor (v128.load (local.get $at)) (local.get $keys)))
      (v128.store offset=16 (local.get $at)
        (v128.xor (v128.load offset=16 (local.get $at)) (local.get $keys)))
      (v128.store offset=32 (local.get $at)
        (v128.xor (v128.load offset=32 (local.get $at)) (local.get $keys)))
      (v128.store offset=48 (local.get $at)
        (v128.xor (v128.load offset=48 (local.get $at)) (local.get $keys)))
      (br_if $round (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $end))))))
