//! Which names datasets and refs may have, and which paths belong to a version store.

use crate::{Error, Result};

const MAX_NAME_BYTES: usize = 100;

/// Checks the name of a dataset: 1 to 100 of `A-Z a-z 0-9 . _ -`, not beginning with a dot or dash.
///
/// # Errors
/// [`Error::InvalidName`].
pub fn check_dataset_name(name: &str) -> Result<()> {
    check_segment("dataset", name, name)
}

/// Checks the name of a branch or tag: segments as of a dataset name, joined by `/`.
///
/// # Errors
/// [`Error::InvalidName`].
pub fn check_ref_name(what: &'static str, name: &str) -> Result<()> {
    if name.len() > MAX_NAME_BYTES {
        return Err(invalid(what, name, "it has more than 100 bytes"));
    }
    // A branch that looks like a commit could never be told from one.
    if name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(invalid(what, name, "it looks like the hash of a commit"));
    }
    name.split('/')
        .try_for_each(|segment| check_segment(what, name, segment))
}

fn check_segment(what: &'static str, name: &str, segment: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if segment.is_empty() || segment.len() > MAX_NAME_BYTES {
        return Err(invalid(what, name, "it has 1 to 100 bytes"));
    }
    if segment.starts_with(['.', '-']) {
        return Err(invalid(what, name, "it can't begin with a dot or a dash"));
    }
    if !segment.bytes().all(plain) {
        return Err(invalid(
            what,
            name,
            "it is made of letters, digits, dots, underscores and dashes",
        ));
    }
    Ok(())
}

fn invalid(what: &'static str, name: &str, reason: &'static str) -> Error {
    Error::InvalidName {
        what,
        name: name.chars().take(200).collect(),
        reason,
    }
}

/// Folders of a version store.
pub(crate) const OF_A_STORE: &[&str] = &[
    "packs",
    "segments",
    "index",
    "commits",
    "refs",
    "reflog",
    crate::protection::PREFIX,
    crate::gate_reports::PREFIX,
    crate::tombstones::PREFIX,
    crate::views::PREFIX,
];

/// Whether a path belongs to a version store: the only paths that a server hands to readers.
#[must_use]
pub fn is_store_path(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    path == crate::store::MARKER_PATH || (path != first && OF_A_STORE.contains(&first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for good in ["main", "feature/a", "v1.0", "A_b-c"] {
            assert!(check_ref_name("branch", good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a//b",
            "/a",
            "a/",
            ".a",
            "a/..",
            "-x",
            "a b",
            "a~1",
            "é",
            &"f".repeat(64),
        ] {
            assert!(check_ref_name("branch", bad).is_err(), "{bad}");
        }
        assert!(check_dataset_name("a/b").is_err());
    }

    #[test]
    fn only_the_store_is_readable() {
        assert!(is_store_path("strata.json") && is_store_path("packs/00/x.pack"));
        assert!(
            !is_store_path("uploads/x") && !is_store_path("packs") && !is_store_path("derived/x")
        );
    }
}
