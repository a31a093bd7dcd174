//! Streaming a version: samples and labels, joined as they come.

use std::sync::Arc;

use dataset::{LabelRow, Sample, SplitRule};
use futures::Stream;

use crate::objects::Objects;
use crate::overlay::Made;
use crate::rows::{decode_label, decode_sample, sample_of_label};
use crate::tree::{Row, Scan};
use crate::{Error, Result, Version};

/// Walks a version in key order. Holds about one inner node's leaves of each tree in memory.
pub struct VersionScan {
    objects: Arc<Objects>,
    /// Held, so that its nodes can be read.
    _made: Arc<Made>,
    samples: Scan,
    labels: Scan,
    next_label: Option<Row>,
    split_rule: Option<SplitRule>,
}

impl std::fmt::Debug for VersionScan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VersionScan").finish_non_exhaustive()
    }
}

impl VersionScan {
    pub(crate) async fn start(version: &Version, from: &str) -> Result<Self> {
        let objects = Arc::clone(&version.store().objects);
        let made = Arc::clone(version.made().await?);
        let (samples, mut labels) = futures::try_join!(
            Scan::start(&objects, &made.roots.samples, from.as_bytes()),
            Scan::start(&objects, &made.roots.labels, from.as_bytes()),
        )?;
        let mut next_label = labels.next().await?;
        // From "a\0" on there are labels of "a" itself, which the sample before has.
        while next_label
            .as_ref()
            .is_some_and(|row| sample_of_label(row.key()) < from.as_bytes())
        {
            next_label = labels.next().await?;
        }
        Ok(Self {
            objects,
            _made: made,
            samples,
            labels,
            next_label,
            split_rule: version.split_rule().await?.cloned(),
        })
    }

    /// The next sample with its labels. What was erased is left out.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Missing`], failures of the store.
    pub async fn next(&mut self) -> Result<Option<(Sample, Vec<LabelRow>)>> {
        loop {
            let Some(row) = self.samples.next().await? else {
                return match &self.next_label {
                    None => Ok(None),
                    Some(label) => Err(orphan(label.key())),
                };
            };
            let value = row.value(&self.objects).await?;
            let labels = self.labels_of(row.key()).await?;
            if let Some(value) = value {
                let mut sample = decode_sample(row.key(), &value)?;
                if let Some(rule) = &self.split_rule {
                    rule.apply(&mut sample);
                }
                return Ok(Some((sample, labels)));
            }
        }
    }

    async fn labels_of(&mut self, sample: &[u8]) -> Result<Vec<LabelRow>> {
        let mut labels = Vec::new();
        while let Some(label) = &self.next_label {
            match sample_of_label(label.key()).cmp(sample) {
                std::cmp::Ordering::Less => return Err(orphan(label.key())),
                std::cmp::Ordering::Greater => break,
                std::cmp::Ordering::Equal => {
                    if let Some(value) = label.value(&self.objects).await? {
                        labels.push(decode_label(label.key(), &value)?);
                    }
                    self.next_label = self.labels.next().await?;
                }
            }
        }
        Ok(labels)
    }

    /// The scan as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<(Sample, Vec<LabelRow>)>> + Send {
        futures::stream::try_unfold(self, |mut scan| async move {
            Ok(scan.next().await?.map(|row| (row, scan)))
        })
    }
}

fn orphan(key: &[u8]) -> Error {
    Error::damaged(
        format!("label row {:?}", String::from_utf8_lossy(key)),
        "its sample is not in the version",
    )
}
