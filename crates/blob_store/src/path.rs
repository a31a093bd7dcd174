//! Paths within a root: relative, of plain segments, so that none can leave the root.

use crate::{Error, Result};

/// Refuses everything that is not `segment/segment/…` of printable characters.
pub(crate) fn check(path: &str) -> Result<()> {
    let plain = |segment: &str| {
        !segment.is_empty()
            && segment != "."
            && segment != ".."
            && segment
                .chars()
                .all(|c| !c.is_control() && !r#"\{}^%`[]"<>~#|*?"#.contains(c))
    };
    if path.len() <= 900 && path.split('/').all(plain) {
        Ok(())
    } else {
        Err(Error::InvalidPath {
            path: path.chars().take(200).collect(),
        })
    }
}

/// `prefix/path`, or `path` under an empty prefix.
pub(crate) fn join(prefix: &str, path: &str) -> String {
    if prefix.is_empty() {
        path.to_owned()
    } else {
        format!("{prefix}/{path}")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_leaves_the_root() {
        for good in [
            "a",
            "a/b",
            "packs/00/ff.pack",
            ".hidden",
            "refs/d/branch/feature=x",
        ] {
            assert!(super::check(good).is_ok(), "{good}");
        }
        for bad in [
            "", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\0b", "a\\b", "a%2Fb", "a*",
        ] {
            assert!(super::check(bad).is_err(), "{bad}");
        }
    }
}
