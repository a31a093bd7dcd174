//! Commits: canonical JSON, named by its hash.

use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::codec::put_value;
use crate::held::row_hash;
use crate::tree::empty_root;
use crate::{Error, Resolution, Result};

pub(crate) const VERSION: u64 = 2;
const COMMIT_CONTEXT: &str = "strata 2026 commit v1";
const TREE_CONTEXT: &str = "strata 2026 version tree v1";

/// One version of a dataset, with its place in history.
///
/// Its JSON, members in this order and without spaces, is what is stored and hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Version of the commit format.
    pub(crate) format: u64,
    /// Hash of the content: equal samples and labels have equal trees on every machine.
    pub tree: Hash,
    /// Root of the tree of samples.
    pub samples: Hash,
    /// Root of the tree of labels.
    pub labels: Hash,
    /// Hash of the version-wide settings: the rule for splits.
    pub meta: Hash,
    /// Root of the tree of provenance; not part of `tree`.
    pub provenance: Hash,
    /// The segment of what differs from the first parent. None: the commit wrote its trees and has none.
    pub changes: Option<Hash>,
    /// The commits that this one was made from; the first is the branch it was made on.
    pub parents: Vec<Hash>,
    /// One more than the highest of its parents; 1 for a first commit.
    pub generation: u64,
    /// Who made it.
    pub author: String,
    /// Why.
    pub message: String,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
    /// What it holds.
    pub counts: Counts,
    /// What it was made from.
    pub lineage: Lineage,
    /// How the conflicts of the merge were settled, if it is one; by sample, layer, item and part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolutions: Vec<Resolution>,
}

/// How much a version holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Number of samples.
    pub samples: u64,
    /// Number of label rows.
    pub labels: u64,
}

/// What a commit was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lineage {
    /// Ids of the projects whose accepted annotations it holds.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Hashes of the standard versions that they were made under.
    #[serde(default)]
    pub standards: Vec<Hash>,
    /// Hashes of the model versions that pre-labelled.
    #[serde(default)]
    pub models: Vec<Hash>,
    /// Names of imported folders and files.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// The three roots of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Roots {
    pub(crate) samples: Hash,
    pub(crate) labels: Hash,
    pub(crate) provenance: Hash,
}

impl Roots {
    pub(crate) fn empty() -> Self {
        Self {
            samples: empty_root(),
            labels: empty_root(),
            provenance: empty_root(),
        }
    }

    pub(crate) fn all(&self) -> [Hash; 3] {
        [self.samples, self.labels, self.provenance]
    }
}

/// The hash of the settings of a version that has none.
pub(crate) fn empty_meta() -> Hash {
    let mut bytes = Vec::new();
    // An empty object can always be written.
    let _ = put_value(
        &mut bytes,
        &serde_json::Value::Object(serde_json::Map::new()),
    );
    row_hash(&bytes)
}

/// The identity of content: of its roots, and nothing else.
pub(crate) fn tree_hash(samples: &Hash, labels: &Hash, meta: &Hash) -> Hash {
    let roots = [*samples.as_bytes(), *labels.as_bytes(), *meta.as_bytes()].concat();
    Hash::derive(TREE_CONTEXT, &roots)
}

/// Where commits lie within the store.
pub(crate) const PREFIX: &str = "commits";

/// Path of a commit within the store.
pub(crate) fn path(commit: &Hash) -> String {
    let name = commit.to_string();
    format!("{PREFIX}/{}/{name}", &name[..2])
}

impl Commit {
    pub(crate) fn roots(&self) -> Roots {
        Roots {
            samples: self.samples,
            labels: self.labels,
            provenance: self.provenance,
        }
    }

    /// The canonical bytes and the hash that names them.
    pub(crate) fn encode(&self) -> Result<(Hash, Vec<u8>)> {
        let bytes = serde_json::to_vec(self)
            .map_err(|error| Error::damaged("a new commit", error.to_string()))?;
        Ok((Self::name_of(&bytes), bytes))
    }

    /// The name that these bytes have as a commit.
    pub(crate) fn name_of(bytes: &[u8]) -> Hash {
        Hash::derive(COMMIT_CONTEXT, bytes)
    }

    /// Checks and reads a commit.
    pub(crate) fn decode(name: &Hash, bytes: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Format {
            format: u64,
        }
        let damaged = |detail: String| Error::damaged(format!("commit {name}"), detail);
        if Self::name_of(bytes) != *name {
            return Err(damaged(
                "its bytes are not those that its hash names".into(),
            ));
        }
        let Format { format } =
            serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        if format > VERSION {
            return Err(Error::NewerFormat {
                what: format!("commit {name}"),
                found: format,
                supported: VERSION,
            });
        }
        if format < VERSION {
            return Err(damaged(
                "it has a format that was never in this layout".into(),
            ));
        }
        let commit: Self =
            serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        if commit.encode()?.1 != bytes {
            return Err(damaged("it is not in its canonical form".into()));
        }
        if commit.changes.is_some() && commit.parents.is_empty() {
            return Err(damaged(
                "it has changes, but nothing that they change".into(),
            ));
        }
        if commit.tree != tree_hash(&commit.samples, &commit.labels, &commit.meta) {
            return Err(damaged("its tree is not that of its roots".into()));
        }
        Ok(commit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_and_changed_commits_are_refused_by_name() {
        let root = crate::tree::empty_root();
        let meta = empty_meta();
        let commit = Commit {
            format: VERSION,
            tree: tree_hash(&root, &root, &meta),
            samples: root,
            labels: root,
            meta,
            provenance: root,
            changes: None,
            parents: vec![],
            generation: 1,
            author: "a".into(),
            message: "m".into(),
            time_ms: 1,
            counts: Counts::default(),
            lineage: Lineage::default(),
            resolutions: vec![],
        };
        let (hash, bytes) = commit.encode().unwrap();
        assert_eq!(Commit::decode(&hash, &bytes).unwrap(), commit);
        assert_eq!(
            Commit::decode(&Hash::of(b""), &bytes).unwrap_err().code(),
            "store_damaged"
        );
        let newer = br#"{"format":3,"unheard":true}"#;
        let error = Commit::decode(&Hash::derive(COMMIT_CONTEXT, newer), newer).unwrap_err();
        assert_eq!(error.code(), "store_format_newer");
        let mut spaced = bytes.clone();
        spaced.push(b' ');
        let error = Commit::decode(&Hash::derive(COMMIT_CONTEXT, &spaced), &spaced).unwrap_err();
        assert_eq!(error.code(), "store_damaged");
    }
}
