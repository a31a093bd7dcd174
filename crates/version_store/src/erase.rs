//! Erasing samples for good: their bytes go from every version, and every version still verifies.
//!
//! In this order, so that a run that is interrupted can be run again: tombstones, which know what
//! must go; change segments without the values; packs without the blobs and with leaves that keep
//! only hashes; what was derived from versions. Readers meet [`Error::Erased`] for such a sample.

use std::collections::{BTreeSet, HashSet};

use dataset::SampleKey;
use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::erase_scan::{EraseScan, Used};
use crate::index::Class;
use crate::pack::Codec;
use crate::rows::sample_of_label;
use crate::tombstones::Tombstone;
use crate::{Result, Store, segment, views};

/// What is derived from versions and may hold their values; it can be made again.
const DERIVED: [&str; 2] = ["derived", views::PREFIX];

/// What to erase.
#[derive(Debug, Clone)]
pub struct EraseRequest {
    /// Keys of the samples, in whatever dataset of the store they are.
    pub keys: Vec<SampleKey>,
    /// Who erases.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
    /// Only say what would go. Nodes of versions in which a folder got another name may be written for that.
    pub dry_run: bool,
}

/// What went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseReport {
    /// Keys of which something was found, now or before.
    pub keys: u64,
    /// Rows whose values went, as often as they were stored.
    pub rows: u64,
    /// Blobs that went.
    pub blobs: u64,
    /// Blobs that stay because another sample uses them: erase that one too if they must go.
    pub blobs_kept: Vec<KeptBlob>,
    /// Where blobs that went lie outside the store, sorted: there they are to be deleted by whoever owns them.
    pub outside: Vec<String>,
    /// Packs that were written anew.
    pub packs_rewritten: u64,
    /// Change segments that were written anew.
    pub segments_rewritten: u64,
    /// Derived objects that were deleted.
    pub derived_deleted: u64,
}

/// A blob that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptBlob {
    /// Its hash.
    pub hash: Hash,
    /// A sample that uses it.
    pub key: String,
}

impl Store {
    /// Erases samples from the whole store and all history, whatever dataset they are in. Keys
    /// and hashes stay. Nobody should write meanwhile: what a writer has read before can come back.
    ///
    /// A run that was interrupted is completed by running it again.
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged) when what stays can't be read (then it stays); failures of the store.
    pub async fn erase(&self, request: &EraseRequest) -> Result<EraseReport> {
        self.objects.refresh_for_writing().await?;
        let keys: BTreeSet<Vec<u8>> = request.keys.iter().map(|key| key.as_str().into()).collect();
        let scan = self.scan_for_erasure(&keys).await?;
        let mut tombstones = self.new_tombstones(request, &keys, &scan).await?;
        let wanted: HashSet<Hash> = tombstones
            .iter()
            .flat_map(|stone| stone.blobs.iter().chain(&stone.values).copied())
            .collect();
        let used = self.used_by_others(&keys, &wanted).await?;
        let mut report = EraseReport {
            keys: tombstones.len() as u64,
            rows: scan.rows,
            ..EraseReport::default()
        };
        keep_used(&mut tombstones, &used, &mut report);
        let dropped: HashSet<Hash> = wanted
            .difference(&used.0.keys().copied().collect())
            .copied()
            .collect();
        report.outside = self.recorded_outside(&dropped).await?;
        if request.dry_run {
            return Ok(report);
        }
        for tombstone in &tombstones {
            self.put_tombstone(tombstone).await?;
        }
        for (name, without) in &scan.segments {
            self.root()
                .put(&segment::path(name), without.clone())
                .await?;
            report.segments_rewritten += 1;
        }
        report.packs_rewritten = self.rewrite_packs(&dropped, &scan.nodes).await?;
        for folder in DERIVED {
            for info in self.root().list(folder).await? {
                self.root().delete(&info.path).await?;
                report.derived_deleted += 1;
            }
        }
        let is_erased = |key: &[u8]| keys.contains(sample_of_label(key));
        self.objects.forget_rows(is_erased);
        Ok(report)
    }

    /// URLs of those of the blobs that lie outside.
    async fn recorded_outside(&self, blobs: &HashSet<Hash>) -> Result<Vec<String>> {
        let blobs: Vec<Hash> = blobs.iter().copied().collect();
        let places = self.objects.find_many(Class::Blobs, &blobs).await?;
        let outside = blobs.into_iter().zip(places).filter_map(|(blob, place)| {
            let place = place.filter(|place| place.codec == Codec::External)?;
            Some((blob, place))
        });
        let outside: Vec<_> = outside.collect();
        let found = self.objects.outside_many(&outside).await?;
        let mut urls: Vec<String> = found.into_iter().map(|one| one.record.url).collect();
        urls.sort_unstable();
        Ok(urls)
    }

    /// A tombstone for each key of which there is or was something.
    async fn new_tombstones(
        &self,
        request: &EraseRequest,
        keys: &BTreeSet<Vec<u8>>,
        scan: &EraseScan,
    ) -> Result<Vec<Tombstone>> {
        let mut stones = Vec::new();
        for key in keys {
            let (by, reason) = (&request.by, &request.reason);
            let mut stone = Tombstone::new(key, by, reason, request.time_ms);
            let before = self.tombstone(key).await?;
            let found = scan.belongings.get(key);
            if before.is_none() && found.is_none() {
                continue;
            }
            if let Some(found) = found {
                stone.blobs.extend(&found.blobs);
                stone.values.extend(&found.values);
                stone.rows.extend(&found.rows);
            }
            if let Some(before) = before {
                stone.blobs.extend(&before.blobs);
                stone.values.extend(&before.values);
                stone.rows.extend(&before.rows);
            }
            stones.push(stone);
        }
        Ok(stones)
    }
}

/// Takes out of the tombstones what others use.
fn keep_used(tombstones: &mut [Tombstone], used: &Used, report: &mut EraseReport) {
    let mut kept = BTreeSet::new();
    let mut gone = BTreeSet::new();
    for stone in tombstones {
        stone.values.retain(|hash| !used.0.contains_key(hash));
        for hash in std::mem::take(&mut stone.blobs) {
            if used.0.contains_key(&hash) {
                kept.insert(hash);
            } else {
                gone.insert(hash);
                stone.blobs.insert(hash);
            }
        }
    }
    report.blobs = gone.len() as u64;
    let kept = kept.into_iter().filter_map(|hash| {
        let key = used.0.get(&hash)?.clone();
        Some(KeptBlob { hash, key })
    });
    report.blobs_kept = kept.collect();
}
