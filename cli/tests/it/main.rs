//! Tests that run the built `strata` as a user does.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod data;

use std::path::Path;
use std::process::{Command, Output};

/// Runs `strata` with these arguments on the store in `store`.
pub(crate) fn strata(store: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_strata"))
        .args(arguments)
        .env("STRATA_STORE", store)
        .env_remove("RUST_LOG")
        .output()
        .unwrap()
}

/// Runs `strata --json` and gives what it printed.
pub(crate) fn json(store: &Path, arguments: &[&str]) -> serde_json::Value {
    let mut all = vec!["--json"];
    all.extend(arguments);
    let output = strata(store, &all);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}
