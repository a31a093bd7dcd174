//! Perceptual hashes of the pictures of a dataset, computed once and kept in the store as derived data.
//!
//! `derived/looks/<dataset>.bin`: "STRATALK", u32 version, u32 0, then 24 bytes a picture, sorted:
//! the first 16 bytes of the hash of its bytes, its perceptual hash (little-endian). A picture that
//! does not decode is not in it. The file can be made again, so it is simply replaced.

use std::collections::BTreeMap;

use bytes::Bytes;
use dataset::{Field, Sample};
use ids::Hash;
use media::Limits;
use version_store::{Repository, Store};

use crate::{Error, Result};

const MAGIC: &[u8; 8] = b"STRATALK";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 16;
const ROW_BYTES: usize = 24;

/// Bytes of pictures that are in memory at once, but for a single larger one.
const GROUP_BYTES: u64 = 64 << 20;

/// What is known about the pictures of a dataset.
pub(crate) struct Looks {
    store: Store,
    path: String,
    /// Rows of the file, as they lie there.
    kept: Bytes,
    new: BTreeMap<[u8; 16], u64>,
}

impl Looks {
    /// Reads what was kept. A file that can't be used is as good as none.
    pub(crate) async fn open(repository: &Repository) -> Result<Self> {
        let path = format!("derived/looks/{}.bin", repository.dataset());
        let store = repository.store().clone();
        let read = store.root().get_opt(&path).await;
        let kept = read.map_err(version_store::Error::from)?.and_then(rows_of);
        Ok(Self {
            store,
            path,
            kept: kept.unwrap_or_default(),
            new: BTreeMap::new(),
        })
    }

    /// Adds the pictures of these samples that are not known yet.
    pub(crate) async fn learn<'a>(
        &mut self,
        samples: impl Iterator<Item = &'a Sample>,
    ) -> Result<()> {
        let mut group = Vec::new();
        let mut bytes = 0;
        for blob in samples
            .flat_map(|sample| sample.fields.values())
            .filter_map(Field::blob)
        {
            if !blob.media_type.starts_with("image/") || self.get(&blob.hash).is_some() {
                continue;
            }
            if bytes + blob.bytes > GROUP_BYTES && !group.is_empty() {
                self.compute(std::mem::take(&mut group)).await?;
                bytes = 0;
            }
            bytes += blob.bytes;
            group.push(blob.hash);
        }
        self.compute(group).await
    }

    async fn compute(&mut self, hashes: Vec<Hash>) -> Result<()> {
        if hashes.is_empty() {
            return Ok(());
        }
        let pictures = self.store.blobs(&hashes).await?;
        let computed = tokio::task::spawn_blocking(move || {
            let limits = Limits::default();
            let look = |(hash, bytes): (Hash, Bytes)| {
                // What does not decode has no look; the import said so.
                let bits = media::perceptual_hash(&bytes, &limits).ok()?;
                Some((key(&hash), bits))
            };
            hashes
                .into_iter()
                .zip(pictures)
                .filter_map(look)
                .collect::<Vec<_>>()
        });
        let computed = computed
            .await
            .map_err(|error| Error::Interrupted(error.to_string()))?;
        self.new.extend(computed);
        Ok(())
    }

    /// The perceptual hash of a picture, if it has one.
    pub(crate) fn get(&self, hash: &Hash) -> Option<u64> {
        let key = key(hash);
        if let Some(bits) = self.new.get(&key) {
            return Some(*bits);
        }
        let row = |at: usize| &self.kept[at * ROW_BYTES..(at + 1) * ROW_BYTES];
        let (mut low, mut high) = (0, self.kept.len() / ROW_BYTES);
        while low < high {
            let middle = low.midpoint(high);
            match row(middle)[..16].cmp(&key) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(bits_of(row(middle))),
            }
        }
        None
    }

    /// The perceptual hashes of a sample's pictures, by the hash of their bytes.
    pub(crate) fn of(&self, sample: &Sample) -> Vec<(Hash, u64)> {
        let blobs = sample.fields.values().filter_map(Field::blob);
        blobs
            .filter_map(|blob| Some((blob.hash, self.get(&blob.hash)?)))
            .collect()
    }

    /// Keeps what is new.
    pub(crate) async fn keep(self) -> Result<()> {
        if self.new.is_empty() {
            return Ok(());
        }
        let rows = self.kept.len() + self.new.len() * ROW_BYTES;
        let mut out = Vec::with_capacity(HEADER_BYTES + rows);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        let mut new = self.new.into_iter().peekable();
        let put = |out: &mut Vec<u8>, (key, bits): ([u8; 16], u64)| {
            out.extend_from_slice(&key);
            out.extend_from_slice(&bits.to_le_bytes());
        };
        for row in self.kept.chunks_exact(ROW_BYTES) {
            while let Some(before) = new.next_if(|(key, _)| key[..] < row[..16]) {
                put(&mut out, before);
            }
            out.extend_from_slice(row);
        }
        new.for_each(|row| put(&mut out, row));
        let written = self.store.root().put(&self.path, out.into()).await;
        Ok(written.map_err(version_store::Error::from)?)
    }
}

/// The rows of a file, if it is one.
fn rows_of(file: Bytes) -> Option<Bytes> {
    let is_one = file.len() >= HEADER_BYTES
        && file.starts_with(MAGIC)
        && file[8..12] == VERSION.to_le_bytes()
        && (file.len() - HEADER_BYTES).is_multiple_of(ROW_BYTES);
    is_one.then(|| file.slice(HEADER_BYTES..))
}

fn key(hash: &Hash) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&hash.as_bytes()[..16]);
    key
}

fn bits_of(row: &[u8]) -> u64 {
    let mut bits = [0; 8];
    bits.copy_from_slice(&row[16..]);
    u64::from_le_bytes(bits)
}
