//! Anything as `external`: see `version_store::fuzzing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    version_store::fuzzing::external(bytes);
});
