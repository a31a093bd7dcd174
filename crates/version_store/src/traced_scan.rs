//! Streaming a version with its lineage: samples, their labels, and where each label comes from.

use std::sync::Arc;

use annotation::Provenance;
use dataset::{LabelKey, LabelRow, Sample};

use crate::objects::Objects;
use crate::rows::{decode_label_key, decode_provenance, label_prefix, sample_of_label};
use crate::tree::{Row, Scan};
use crate::{Result, Version, VersionScan};

/// A sample, its labels, and the provenance of those labels that have one, by label key.
pub type TracedSample = (Sample, Vec<LabelRow>, Vec<(LabelKey, Provenance)>);

/// Walks a version in key order, as [`VersionScan`] does, with the tree of provenance beside.
pub struct TracedScan {
    objects: Arc<Objects>,
    rows: VersionScan,
    provenance: Scan,
    next: Option<Row>,
}

impl std::fmt::Debug for TracedScan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TracedScan").finish_non_exhaustive()
    }
}

impl Version {
    /// All samples after the key `after` (from the first on where it is none), with their labels
    /// and where these come from.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn scan_traced(&self, after: Option<&str>) -> Result<TracedScan> {
        let rows = match after {
            Some(after) => self.scan_after(after).await?,
            None => self.scan().await?,
        };
        let objects = Arc::clone(&self.store().objects);
        let from = after.map_or_else(Vec::new, label_prefix);
        let made = self.made().await?;
        let provenance = Scan::start(&objects, &made.roots.provenance, &from).await?;
        Ok(TracedScan {
            objects,
            rows,
            provenance,
            next: None,
        })
    }
}

impl TracedScan {
    /// The next sample with its labels and their provenance.
    ///
    /// # Errors
    /// As [`VersionScan::next`].
    pub async fn next(&mut self) -> Result<Option<TracedSample>> {
        let Some((sample, labels)) = self.rows.next().await? else {
            return Ok(None);
        };
        let mut traced = Vec::new();
        loop {
            if self.next.is_none() {
                self.next = self.provenance.next().await?;
            }
            let Some(row) = &self.next else {
                break;
            };
            match sample_of_label(row.key()).cmp(sample.key.as_str().as_bytes()) {
                // Of the sample that the scan began after, or of one that was erased.
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Greater => break,
                std::cmp::Ordering::Equal => {
                    if let Some(value) = row.value(&self.objects).await? {
                        let made = decode_provenance(row.key(), &value)?;
                        traced.push((decode_label_key(row.key())?, made));
                    }
                }
            }
            self.next = None;
        }
        Ok(Some((sample, labels, traced)))
    }
}
