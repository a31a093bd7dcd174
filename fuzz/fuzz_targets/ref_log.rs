//! Anything as `ref_log`: see `version_store::fuzzing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    version_store::fuzzing::ref_log(bytes);
});
