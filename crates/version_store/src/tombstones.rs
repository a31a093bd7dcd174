//! Tombstones: what was erased, when, by whom and why, so that it does not come back.

use std::collections::{BTreeSet, HashMap, HashSet};

use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::held::Held;
use crate::objects::Objects;
use crate::refs::{parse_checked, write_checked};
use crate::tree::Edit;
use crate::{Error, Result, Store};

pub(crate) const PREFIX: &str = "erased";
const VERSION: u64 = 2;
const KEY_CONTEXT: &str = "strata 2026 erased key v1";

/// What was erased under one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tombstone {
    pub(crate) format: u64,
    /// The derived hash of the sample's key, which may itself say too much.
    pub key: Hash,
    /// When it was erased last, milliseconds since 1970 in UTC.
    pub time_ms: i64,
    /// Who erased it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Blobs that went with it.
    pub blobs: BTreeSet<Hash>,
    /// Values that were stored by themselves and went with it.
    pub values: BTreeSet<Hash>,
    /// Hashes of the sample's rows, in all versions.
    pub rows: BTreeSet<Hash>,
}

/// Names a key in tombstones.
pub(crate) fn key_hash(key: &[u8]) -> Hash {
    Hash::derive(KEY_CONTEXT, key)
}

fn path(key: &Hash) -> String {
    format!("{PREFIX}/{key}.json")
}

/// What may not come back, for writers.
#[derive(Debug, Default)]
pub(crate) struct Erased {
    /// Blobs, and why they went.
    blobs: HashMap<Hash, String>,
    /// Rows under their keys.
    rows: HashSet<(Hash, Hash)>,
}

impl Erased {
    /// Refuses a blob that was erased.
    pub(crate) fn check_blob(&self, hash: &Hash) -> Result<()> {
        match self.blobs.get(hash) {
            None => Ok(()),
            Some(reason) => Err(Error::ErasedBefore {
                what: format!("the blob {hash}"),
                reason: reason.clone(),
            }),
        }
    }

    /// Refuses rows of samples that were erased as they are.
    pub(crate) fn check_rows(&self, edits: &[Edit]) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        for edit in edits {
            let Some(held @ (Held::Value(_) | Held::Apart(_))) = &edit.value else {
                continue;
            };
            if self.rows.contains(&(key_hash(&edit.key), held.hash())) {
                return Err(Error::ErasedBefore {
                    what: format!("the sample {:?}", String::from_utf8_lossy(&edit.key)),
                    reason: "it is the same as then".to_owned(),
                });
            }
        }
        Ok(())
    }
}

impl Store {
    /// All tombstones, sorted by their hashes of keys.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::NewerFormat`], failures of the store.
    pub async fn tombstones(&self) -> Result<Vec<Tombstone>> {
        self.objects.tombstones().await
    }

    /// What was erased under this key before.
    pub(crate) async fn tombstone(&self, key: &[u8]) -> Result<Option<Tombstone>> {
        let path = path(&key_hash(key));
        match self.root().get_opt(&path).await? {
            Some(bytes) => parse(&path, &bytes).map(Some),
            None => Ok(None),
        }
    }

    /// Writes a tombstone, with what the one before it had.
    pub(crate) async fn put_tombstone(&self, tombstone: &Tombstone) -> Result<()> {
        let bytes = write_checked(&Tombstone {
            format: VERSION,
            ..tombstone.clone()
        })?;
        self.root().put(&path(&tombstone.key), bytes.into()).await?;
        Ok(())
    }
}

/// Reads the tombstone at a path.
pub(crate) fn parse(at: &str, bytes: &[u8]) -> Result<Tombstone> {
    let tombstone = read(at, bytes)?;
    if path(&tombstone.key) != at {
        return Err(Error::damaged(at, "it is of another key"));
    }
    Ok(tombstone)
}

/// Reads a tombstone, whatever its key is.
pub(crate) fn read(at: &str, bytes: &[u8]) -> Result<Tombstone> {
    parse_checked(at, bytes, VERSION)
}

impl Tombstone {
    pub(crate) fn new(key: &[u8], by: &str, reason: &str, time_ms: i64) -> Self {
        Self {
            format: VERSION,
            key: key_hash(key),
            time_ms,
            by: by.to_owned(),
            reason: reason.to_owned(),
            blobs: BTreeSet::new(),
            values: BTreeSet::new(),
            rows: BTreeSet::new(),
        }
    }
}

impl Objects {
    async fn tombstones(&self) -> Result<Vec<Tombstone>> {
        let mut found = Vec::new();
        for info in self.root.list(PREFIX).await? {
            let bytes = self.root.get(&info.path).await?;
            found.push(parse(&info.path, &bytes)?);
        }
        Ok(found)
    }

    /// Learns what may not come back.
    pub(crate) async fn erased(&self) -> Result<Erased> {
        let mut erased = Erased::default();
        for tombstone in self.tombstones().await? {
            let rows = tombstone.rows.iter().map(|row| (tombstone.key, *row));
            erased.rows.extend(rows);
            let reason = &tombstone.reason;
            let blobs = tombstone
                .blobs
                .into_iter()
                .map(|blob| (blob, reason.clone()));
            erased.blobs.extend(blobs);
        }
        Ok(erased)
    }
}
