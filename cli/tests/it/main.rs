//! Tests that run the built `strata` as a user does.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod buckets;
mod damage;
mod data;
mod guards;
mod hostile;
mod upkeep;
mod versions;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs `strata` with these arguments on the store in `store`.
pub(crate) fn strata(store: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_strata"))
        .args(arguments)
        .env("STRATA_STORE", store)
        .env_remove("RUST_LOG")
        .env_remove("STRATA_TOKEN")
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

/// An empty store beside a place for files.
pub(crate) fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    assert!(
        strata(&store, &["init", "--store", text(&store)])
            .status
            .success()
    );
    (folder, store)
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What a command that succeeded or found something wrong printed, line by line.
pub(crate) fn lines(output: &Output) -> Vec<String> {
    let printed = String::from_utf8(output.stdout.clone()).unwrap();
    printed.lines().map(str::to_owned).collect()
}
