//! A hostile component of the right world. What it does is said by the first byte of the image; where it does it, by the
//! second: at `m` when asked for metadata, at `p` when a job is planned or run, else when the source is opened.
#![allow(dead_code, reason = "no test file needs all of it")]

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Answers a description of one pixel. Its plans say as `memory` how many bytes of lists and texts were copied into the
/// instance so far, and as `work` how many sources it opened.
pub(crate) const OBEY: &[u8] = b"o";
/// Never returns.
pub(crate) const LOOP: &[u8] = b"l";
/// Never returns from planning or running a job.
pub(crate) const LOOP_LATER: &[u8] = b"lp";
/// Asks for memory until there is none, and traps.
pub(crate) const GROW: &[u8] = b"g";
/// The same when a job is planned or run.
pub(crate) const GROW_LATER: &[u8] = b"gp";
/// Asks for memory until there is none, and goes on asking.
pub(crate) const GROW_ON: &[u8] = b"G";
/// Calls itself without end.
pub(crate) const RECURSE: &[u8] = b"r";
/// Traps.
pub(crate) const TRAP: &[u8] = b"u";
/// Traps when a job is planned or run.
pub(crate) const TRAP_LATER: &[u8] = b"up";
/// Returns the address of an answer outside its memory.
pub(crate) const FAR: &[u8] = b"f";
/// Answers a text that begins inside its memory and ends outside.
pub(crate) const LONG_TEXT: &[u8] = b"t";
/// Answers a text that is not UTF-8.
pub(crate) const WRONG_TEXT: &[u8] = b"8";
/// Answers a format that there is none of.
pub(crate) const WRONG_FORMAT: &[u8] = b"e";
/// Answers an error of three texts, each as long as its memory.
pub(crate) const FLOOD: &[u8] = b"F";
/// Answers as the width how often it was called, counted in a global and in its memory.
pub(crate) const COUNT: &[u8] = b"c";
/// As many bytes of an image make it put them outside its memory.
pub(crate) const MISPLACED: usize = 666;

/// The component.
pub(crate) fn component() -> Vec<u8> {
    let wit = concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit");
    let mut resolve = Resolve::default();
    resolve.push_path(format!("{wit}/image-processor")).unwrap();
    let (package, _) = resolve.push_path(format!("{wit}/pipeline")).unwrap();
    let world = resolve.select_world(&[package], Some("image-pipeline")).unwrap();
    let mut module = wat::parse_str(MODULE).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}

const MODULE: &str = r#"
(module
  (import "[export]edgepix:pipeline/pipeline@0.2.0" "[resource-new]source" (func $handle (param i32) (result i32)))

  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 65536))
  (global $calls (mut i32) (i32.const 0))
  (global $opened (mut i64) (i64.const 0))
  ;; Bytes of what needs no alignment: lists of bytes and texts.
  (global $copied (mut i64) (i64.const 0))

  (func (export "cabi_realloc") (param i32 i32) (param $alignment i32) (param $size i32) (result i32)
    (local $at i32)
    (if (i32.eq (local.get $size) (i32.const 666)) (then (return (i32.const -16))))
    (if (i32.eq (local.get $alignment) (i32.const 1)) (then
      (global.set $copied (i64.add (global.get $copied) (i64.extend_i32_u (local.get $size))))))
    (local.set $at (global.get $heap))
    (global.set $heap
      (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 15)) (i32.const -16)))
    (if (i32.gt_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536))) (then
      (if (i32.eq (i32.const -1)
            (memory.grow (i32.add (i32.div_u (local.get $size) (i32.const 65536)) (i32.const 1))))
        (then unreachable))))
    (local.get $at))

  (func $recurse (param i32) (result i32)
    (i32.add (i32.const 1) (call $recurse (i32.add (local.get 0) (i32.const 1)))))

  ;; Does what the byte says; gives the address of the answer where it has one of its own, else 0.
  (func $act (param $what i32) (result i32)
    (local $size i32)
    (if (i32.eq (local.get $what) (i32.const 0x6c)) (then (loop $on (br $on))))  ;; l
    (if (i32.eq (local.get $what) (i32.const 0x67)) (then  ;; g
      (loop $on (br_if $on (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
      unreachable))
    (if (i32.eq (local.get $what) (i32.const 0x47)) (then (loop $on  ;; G
      (drop (memory.grow (i32.const 16)))
      (br $on))))
    (if (i32.eq (local.get $what) (i32.const 0x72)) (then (return (call $recurse (i32.const 0)))))  ;; r
    (if (i32.eq (local.get $what) (i32.const 0x75)) (then unreachable))  ;; u
    (if (i32.eq (local.get $what) (i32.const 0x66)) (then (return (i32.const -256))))  ;; f
    (if (i32.eq (local.get $what) (i32.const 0x46)) (then  ;; F
      (loop $on (br_if $on (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
      (local.set $size (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 131072)))
      ;; result<_, error>: internal(details), whose texts are all of the memory past the first pages.
      (i32.store8 (i32.const 1024) (i32.const 1))
      (i32.store8 (i32.const 1032) (i32.const 16))
      (i32.store (i32.const 1040) (i32.const 131072))
      (i32.store (i32.const 1044) (local.get $size))
      (i32.store8 (i32.const 1048) (i32.const 1))
      (i32.store (i32.const 1052) (i32.const 131072))
      (i32.store (i32.const 1056) (local.get $size))
      (i32.store8 (i32.const 1060) (i32.const 1))
      (i32.store (i32.const 1064) (i32.const 131072))
      (i32.store (i32.const 1068) (local.get $size))
      (i32.store8 (i32.const 1072) (i32.const 0))
      (i32.store8 (i32.const 1088) (i32.const 0))
      (return (i32.const 1024))))
    (i32.const 0))

  ;; What is to be done at this place. A source is represented by the first two bytes of its image.
  (func $at (param $source i32) (param $place i32) (result i32)
    (if (i32.eq (i32.shr_u (local.get $source) (i32.const 8)) (local.get $place))
      (then (return (call $act (i32.and (local.get $source) (i32.const 0xff))))))
    (i32.const 0))

  ;; Parameters that are too many to be passed one by one lie in memory: the file, then the limits.
  (func (export "edgepix:pipeline/pipeline@0.2.0#[static]source.open") (param $all i32) (result i32)
    (local $source i32) (local $answer i32)
    (local.set $source (i32.load8_u (i32.load (local.get $all))))
    (if (i32.eq (i32.load (i32.add (local.get $all) (i32.const 4))) (i32.const 2)) (then
      (local.set $source (i32.load16_u (i32.load (local.get $all))))))
    (local.set $answer (call $at (local.get $source) (i32.const 0)))
    (if (local.get $answer) (then (return (local.get $answer))))
    (global.set $opened (i64.add (global.get $opened) (i64.const 1)))
    ;; result<source, error>
    (i32.store8 (i32.const 1024) (i32.const 0))
    (i32.store (i32.const 1032) (call $handle (local.get $source)))
    (i32.const 1024))

  (func (export "edgepix:pipeline/pipeline@0.2.0#[method]source.metadata") (param $source i32) (result i32)
    (local $answer i32)
    (local.set $answer (call $at (local.get $source) (i32.const 0x6d)))
    (if (local.get $answer) (then (return (local.get $answer))))
    (call $describe (local.get $source))
    (i32.const 1032))

  ;; The record metadata at 1032: a JPEG of 1 × 1 pixels, or what the byte says.
  (func $describe (param $what i32)
    (i32.store (i32.const 1032) (i32.const 1))
    (i32.store (i32.const 1036) (i32.const 1))
    (i32.store8 (i32.const 1040) (i32.const 0))
    (i64.store (i32.const 1048) (i64.const 1))
    (i32.store8 (i32.const 1056) (i32.const 1))
    (i32.store (i32.const 1060) (i32.const 1))
    (i32.store8 (i32.const 1064) (i32.const 0))
    (i32.store8 (i32.const 1065) (i32.const 8))
    (i32.store8 (i32.const 1068) (i32.const 0))
    (i32.store8 (i32.const 1080) (i32.const 0))
    (if (i32.eq (local.get $what) (i32.const 0x74)) (then  ;; t
      (i32.store8 (i32.const 1068) (i32.const 1))
      (i32.store (i32.const 1072) (i32.const 65536))
      (i32.store (i32.const 1076) (i32.const 0x10000000))))
    (if (i32.eq (local.get $what) (i32.const 0x38)) (then  ;; 8
      (i32.store (i32.const 2048) (i32.const 0xfffefdfc))
      (i32.store8 (i32.const 1068) (i32.const 1))
      (i32.store (i32.const 1072) (i32.const 2048))
      (i32.store (i32.const 1076) (i32.const 4))))
    (if (i32.eq (local.get $what) (i32.const 0x65)) (then  ;; e
      (i32.store8 (i32.const 1040) (i32.const 77))))
    (if (i32.eq (local.get $what) (i32.const 0x63)) (then  ;; c
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (i32.store (i32.const 130000) (i32.add (i32.load (i32.const 130000)) (i32.const 1)))
      (i32.store (i32.const 1032) (i32.mul (global.get $calls) (i32.load (i32.const 130000)))))))

  ;; The parameters lie in memory: the source, then the options.
  (func (export "edgepix:pipeline/pipeline@0.2.0#[method]source.plan") (param $all i32) (result i32)
    (local $answer i32)
    (local.set $answer (call $at (i32.load (local.get $all)) (i32.const 0x70)))
    (if (local.get $answer) (then (return (local.get $answer))))
    ;; result<plan, error>: memory, work, width, height, format, what is dropped.
    (i32.store8 (i32.const 1024) (i32.const 0))
    (i64.store (i32.const 1032) (global.get $copied))
    (i64.store (i32.const 1040) (global.get $opened))
    (i32.store (i32.const 1048) (i32.const 1))
    (i32.store (i32.const 1052) (i32.const 1))
    (i32.store8 (i32.const 1056) (i32.const 0))
    (i32.store (i32.const 1060) (i32.const 2048))
    (i32.store (i32.const 1064) (i32.const 0))
    (i32.const 1024))

  (func (export "edgepix:pipeline/pipeline@0.2.0#[method]source.transform") (param $all i32) (result i32)
    (local $answer i32)
    (local.set $answer (call $at (i32.load (local.get $all)) (i32.const 0x70)))
    (if (local.get $answer) (then (return (local.get $answer))))
    ;; result<output, error>: bytes, format, width, height, what is dropped.
    (i32.store8 (i32.const 1024) (i32.const 0))
    (i32.store (i32.const 1032) (i32.const 2048))
    (i32.store (i32.const 1036) (i32.const 0))
    (i32.store8 (i32.const 1040) (i32.const 0))
    (i32.store (i32.const 1044) (i32.const 1))
    (i32.store (i32.const 1048) (i32.const 1))
    (i32.store (i32.const 1052) (i32.const 2048))
    (i32.store (i32.const 1056) (i32.const 0))
    (i32.const 1024))

  ;; result<image-metadata, string> and result<list<u8>, string> of the frozen interface: whatever is there.
  (func $frozen (param $what i32) (result i32)
    (local $answer i32)
    (local.set $answer (call $act (local.get $what)))
    (select (local.get $answer) (i32.const 4096) (local.get $answer)))
  (func (export "edgepix:image-processor/transforms@1.0.0#resize")
    (param $image i32) (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (call $frozen (i32.load8_u (local.get $image))))
  (func (export "edgepix:image-processor/transforms@1.0.0#get-metadata") (param $image i32) (param i32) (result i32)
    (call $frozen (i32.load8_u (local.get $image))))
  (func (export "edgepix:image-processor/transforms@1.0.0#convert-format")
    (param $image i32) (param i32 i32 i32) (result i32)
    (call $frozen (i32.load8_u (local.get $image))))
)
"#;
