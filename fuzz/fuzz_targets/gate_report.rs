//! Anything as `gate_report`: see `version_store::fuzzing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    version_store::fuzzing::gate_report(bytes);
});
