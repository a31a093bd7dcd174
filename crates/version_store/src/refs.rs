//! Refs as the store holds them: one small object a ref, moved by compare and swap.

use std::str::FromStr;

use blob_store::Version as ObjectVersion;
use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::{Error, Repository, Result, check_ref_name};

pub(crate) const PREFIX: &str = "refs";
pub(crate) const VERSION: u64 = 1;

/// The two kinds of ref.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefKind {
    /// Moves with each commit made on it.
    Branch,
    /// Stays where it was put.
    Tag,
}

impl RefKind {
    /// `branch` or `tag`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Tag => "tag",
        }
    }

    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Branch => "branches",
            Self::Tag => "tags",
        }
    }
}

impl FromStr for RefKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "branch" => Ok(Self::Branch),
            "tag" => Ok(Self::Tag),
            _ => Err(Error::InvalidName {
                what: "kind of ref",
                name: text.chars().take(200).collect(),
                reason: "it is `branch` or `tag`",
            }),
        }
    }
}

/// A ref and where it points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ref {
    /// Branch or tag.
    pub kind: RefKind,
    /// Its name.
    pub name: String,
    /// The commit that it names.
    pub commit: Hash,
}

/// A ref object. A deleted ref stays as one without a commit, so that its log goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredRef {
    pub(crate) format: u64,
    pub(crate) commit: Option<Hash>,
    /// Number of moves so far.
    pub(crate) moves: u64,
    /// Hash of the log entry of the last move.
    pub(crate) log: Hash,
}

#[derive(Deserialize)]
struct Format {
    format: u64,
}

/// Reads JSON that has a `format` number, and refuses newer ones by name, and any that is not spelled
/// as it is written here.
pub(crate) fn parse_formatted<T: serde::de::DeserializeOwned + Serialize>(
    what: &str,
    bytes: &[u8],
    supported: u64,
) -> Result<T> {
    let damaged = |error: serde_json::Error| Error::damaged(what, error.to_string());
    let Format { format } = serde_json::from_slice(bytes).map_err(damaged)?;
    if format > supported {
        return Err(Error::NewerFormat {
            what: what.to_owned(),
            found: format,
            supported,
        });
    }
    let parsed: T = serde_json::from_slice(bytes).map_err(damaged)?;
    let written = serde_json::to_vec(&parsed).map_err(damaged)?;
    if format != supported || written != bytes {
        return Err(Error::damaged(what, "it is not spelled as it is written"));
    }
    Ok(parsed)
}

/// What a checked object ends with: the derived hash of itself without this.
const CHECK: &str = ",\"check\":\"";
const CHECK_CONTEXT: &str = "strata 2026 checked object v1";
/// The version without a check, which is still read.
const UNCHECKED: u64 = 1;

/// JSON that has a `format` number, with a check behind the last member: nothing else names these bytes.
pub(crate) fn write_checked<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let bytes = serde_json::to_vec(value)
        .map_err(|error| Error::damaged("a new object", error.to_string()))?;
    Ok(with_check(bytes))
}

/// A JSON object with the check of it as a last member.
pub(crate) fn with_check(mut bytes: Vec<u8>) -> Vec<u8> {
    let check = Hash::derive(CHECK_CONTEXT, &bytes);
    bytes.pop();
    bytes.extend_from_slice(format!("{CHECK}{check}\"}}").as_bytes());
    bytes
}

/// As [`parse_formatted`], of what [`write_checked`] wrote; the version before it had no check.
pub(crate) fn parse_checked<T: serde::de::DeserializeOwned + Serialize>(
    what: &str,
    bytes: &[u8],
    supported: u64,
) -> Result<T> {
    let damaged = |detail: &str| Error::damaged(what, detail);
    let found = serde_json::from_slice(bytes);
    let Format { format } = found.map_err(|error| damaged(&error.to_string()))?;
    if format == UNCHECKED {
        return parse_formatted(what, bytes, UNCHECKED);
    }
    if format > supported {
        return parse_formatted(what, bytes, supported);
    }
    let end = CHECK.len() + 2 * Hash::LEN + 2;
    let at = bytes.len().checked_sub(end);
    let (body, check) = at
        .and_then(|at| bytes.split_at_checked(at))
        .ok_or_else(|| damaged("it is too short"))?;
    let body = [body, b"}"].concat();
    let expected = Hash::derive(CHECK_CONTEXT, &body);
    if check != format!("{CHECK}{expected}\"}}").as_bytes() {
        return Err(damaged("its bytes are not those that were checked"));
    }
    parse_formatted(what, &body, supported)
}

impl Repository {
    /// Path of a ref. `/` in a name is written `=`, which no name can hold, so that `a` and `a/b`
    /// can both be refs in a folder.
    pub(crate) fn ref_path(&self, kind: RefKind, name: &str) -> Result<String> {
        check_ref_name(kind.name(), name)?;
        Ok(format!(
            "{PREFIX}/{}/{}/{}",
            self.dataset,
            kind.folder(),
            name.replace('/', "=")
        ))
    }

    pub(crate) async fn stored_ref(
        &self,
        kind: RefKind,
        name: &str,
    ) -> Result<Option<(StoredRef, ObjectVersion)>> {
        let path = self.ref_path(kind, name)?;
        match self.store.root().get_versioned(&path).await? {
            Some((bytes, version)) => Ok(Some((parse_formatted(&path, &bytes, VERSION)?, version))),
            None => Ok(None),
        }
    }

    /// Where a ref points; `None` when there is no such ref.
    ///
    /// # Errors
    /// [`Error::InvalidName`], [`Error::Damaged`], failures of the store.
    pub async fn read_ref(&self, kind: RefKind, name: &str) -> Result<Option<Hash>> {
        let stored = self.read_stored_ref(kind, name).await?;
        Ok(stored.and_then(|stored| stored.commit))
    }

    /// The ref object without what is needed to move it, so also from a store that can only be read.
    pub(crate) async fn read_stored_ref(
        &self,
        kind: RefKind,
        name: &str,
    ) -> Result<Option<StoredRef>> {
        let path = self.ref_path(kind, name)?;
        match self.store.root().get_opt(&path).await? {
            Some(bytes) => Ok(Some(parse_formatted(&path, &bytes, VERSION)?)),
            None => Ok(None),
        }
    }

    /// All refs of the dataset, branches first, each sorted by name.
    ///
    /// # Errors
    /// [`Error::Damaged`], failures of the store.
    pub async fn refs(&self) -> Result<Vec<Ref>> {
        let mut found = Vec::new();
        for kind in [RefKind::Branch, RefKind::Tag] {
            let prefix = format!("{PREFIX}/{}/{}", self.dataset, kind.folder());
            for info in self.store.root().list(&prefix).await? {
                let name = info.path[prefix.len() + 1..].replace('=', "/");
                if let Some(commit) = self.read_ref(kind, &name).await? {
                    found.push(Ref { kind, name, commit });
                }
            }
        }
        Ok(found)
    }
}
