;; Extism's calls for the core module: input and output through Extism's kernel, the work by `edgepix.wasm`, whose memory
;; this module uses as its own. It has no state and no data.
;;
;; `resize`    options, a line feed, and the bytes of an image → the bytes of an image
;; `metadata`  the bytes of an image → JSON
;;
;; Both return 0, or the number of the kind of error after they have set Extism's error to the JSON of the problem.
(module
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))

  (import "edgepix" "memory" (memory 1))
  (import "edgepix" "edgepix_allocate" (func $allocate (param i32) (result i32)))
  (import "edgepix" "edgepix_free" (func $free (param i32)))
  (import "edgepix" "edgepix_metadata" (func $core_metadata (param i32 i32) (result i32)))
  (import "edgepix" "edgepix_transform" (func $core_transform (param i32 i32 i32 i32) (result i32)))
  (import "edgepix" "edgepix_result_error" (func $result_error (param i32) (result i32)))
  (import "edgepix" "edgepix_result_bytes" (func $result_bytes (param i32) (result i32)))
  (import "edgepix" "edgepix_result_bytes_length" (func $result_bytes_length (param i32) (result i32)))
  (import "edgepix" "edgepix_result_json" (func $result_json (param i32) (result i32)))
  (import "edgepix" "edgepix_result_json_length" (func $result_json_length (param i32) (result i32)))
  (import "edgepix" "edgepix_result_free" (func $result_free (param i32)))

  (func (export "resize") (result i32)
    (local $input i32) (local $length i32) (local $image i32) (local $result i32)
    (local.set $length (i32.wrap_i64 (call $input_length)))
    (local.set $input (call $read (local.get $length)))
    ;; Where the image begins: behind the first line feed. Without one, all is options, and the image empty.
    (local.set $image (call $line_end (local.get $input) (local.get $length)))
    (local.set $result
      (call $core_transform
        (i32.add (local.get $input) (call $behind (local.get $image) (local.get $length)))
        (i32.sub (local.get $length) (call $behind (local.get $image) (local.get $length)))
        (local.get $input)
        (local.get $image)))
    (call $free (local.get $input))
    (call $answer
      (local.get $result)
      (call $result_bytes (local.get $result))
      (call $result_bytes_length (local.get $result))))

  (func (export "metadata") (result i32)
    (local $input i32) (local $length i32) (local $result i32)
    (local.set $length (i32.wrap_i64 (call $input_length)))
    (local.set $input (call $read (local.get $length)))
    (local.set $result (call $core_metadata (local.get $input) (local.get $length)))
    (call $free (local.get $input))
    (call $answer
      (local.get $result)
      (call $result_json (local.get $result))
      (call $result_json_length (local.get $result))))

  ;; The input, in a buffer of the core.
  (func $read (param $length i32) (result i32)
    (local $input i32) (local $at i32)
    (local.set $input (call $allocate (local.get $length)))
    ;; 0: there is no memory for it.
    (if (i32.eqz (local.get $input)) (then unreachable))
    (block $done
      (loop $words
        (br_if $done (i32.lt_u (i32.sub (local.get $length) (local.get $at)) (i32.const 8)))
        (i64.store
          (i32.add (local.get $input) (local.get $at))
          (call $input_load_u64 (i64.extend_i32_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $words)))
    (block $done
      (loop $bytes
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (i32.store8
          (i32.add (local.get $input) (local.get $at))
          (call $input_load_u8 (i64.extend_i32_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $bytes)))
    (local.get $input))

  ;; How many bytes stand before the first line feed.
  (func $line_end (param $input i32) (param $length i32) (result i32)
    (local $at i32)
    (block $done
      (loop $bytes
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (br_if $done
          (i32.eq (i32.load8_u (i32.add (local.get $input) (local.get $at))) (i32.const 10)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $bytes)))
    (local.get $at))

  ;; One more, if there is one.
  (func $behind (param $at i32) (param $length i32) (result i32)
    (i32.add (local.get $at) (i32.lt_u (local.get $at) (local.get $length))))

  ;; Gives Extism the bytes as its output; of an error the JSON. Frees the result.
  (func $answer (param $result i32) (param $bytes i32) (param $length i32) (result i32)
    (local $error i32)
    (local.set $error (call $result_error (local.get $result)))
    (if (local.get $error)
      (then
        (call $error_set
          (call $written
            (call $result_json (local.get $result))
            (call $result_json_length (local.get $result)))))
      (else
        (call $output_set
          (call $written (local.get $bytes) (local.get $length))
          (i64.extend_i32_u (local.get $length)))))
    (call $result_free (local.get $result))
    (local.get $error))

  ;; A copy in Extism's memory.
  (func $written (param $bytes i32) (param $length i32) (result i64)
    (local $block i64) (local $at i32)
    (local.set $block (call $alloc (i64.extend_i32_u (local.get $length))))
    (block $done
      (loop $words
        (br_if $done (i32.lt_u (i32.sub (local.get $length) (local.get $at)) (i32.const 8)))
        (call $store_u64
          (i64.add (local.get $block) (i64.extend_i32_u (local.get $at)))
          (i64.load (i32.add (local.get $bytes) (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $words)))
    (block $done
      (loop $bytes
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (call $store_u8
          (i64.add (local.get $block) (i64.extend_i32_u (local.get $at)))
          (i32.load8_u (i32.add (local.get $bytes) (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $bytes)))
    (local.get $block)))
