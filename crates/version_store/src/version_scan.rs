//! Streaming a version: samples and labels, joined as they come.

use std::sync::Arc;

use dataset::{LabelRow, Sample, SplitRule};
use futures::Stream;

use crate::overlay::Made;
use crate::rows::{decode_label, decode_sample};
use crate::tree::{DecodeRow, RowsAhead};
use crate::{Error, Result, Version};

/// Walks a version in key order. Rows are decoded ahead by other tasks: some thousands of each tree
/// are in memory.
pub struct VersionScan {
    /// Held, so that its nodes can be read.
    _made: Arc<Made>,
    samples: RowsAhead<ScannedSample>,
    labels: RowsAhead<LabelRow>,
    next_label: Option<LabelRow>,
}

/// A row of samples.
enum ScannedSample {
    There(Sample),
    /// Its key is all that is left of it.
    Erased(String),
}

impl ScannedSample {
    fn key(&self) -> &str {
        match self {
            Self::There(sample) => sample.key.as_str(),
            Self::Erased(key) => key,
        }
    }
}

impl std::fmt::Debug for VersionScan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VersionScan").finish_non_exhaustive()
    }
}

impl VersionScan {
    pub(crate) async fn start(version: &Version, from: &str) -> Result<Self> {
        let objects = &version.store().objects;
        let made = Arc::clone(version.made().await?);
        let rule = version.split_rule().await?.cloned();
        let sample: DecodeRow<_> = Arc::new(move |key, value| scanned(key, value, rule.as_ref()));
        let label: DecodeRow<_> = Arc::new(|key, value| {
            let label = value.map(|value| decode_label(key, value));
            label.transpose()
        });
        let (samples, mut labels) = futures::try_join!(
            RowsAhead::start(objects, &made.roots.samples, from.as_bytes(), sample),
            RowsAhead::start(objects, &made.roots.labels, from.as_bytes(), label),
        )?;
        let mut next_label = labels.next().await?;
        // From "a\0" on there are labels of "a" itself, which the sample before has.
        while next_label
            .as_ref()
            .is_some_and(|label| label.sample.as_str() < from)
        {
            next_label = labels.next().await?;
        }
        Ok(Self {
            _made: made,
            samples,
            labels,
            next_label,
        })
    }

    /// The next sample with its labels. What was erased is left out.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Missing`], failures of the store.
    pub async fn next(&mut self) -> Result<Option<(Sample, Vec<LabelRow>)>> {
        loop {
            let Some(sample) = self.samples.next().await? else {
                return match &self.next_label {
                    None => Ok(None),
                    Some(label) => Err(orphan(label)),
                };
            };
            let labels = self.labels_of(sample.key()).await?;
            if let ScannedSample::There(sample) = sample {
                return Ok(Some((sample, labels)));
            }
        }
    }

    async fn labels_of(&mut self, sample: &str) -> Result<Vec<LabelRow>> {
        let mut labels = Vec::new();
        while let Some(label) = self.next_label.take() {
            match label.sample.as_str().cmp(sample) {
                std::cmp::Ordering::Less => return Err(orphan(&label)),
                std::cmp::Ordering::Greater => {
                    self.next_label = Some(label);
                    break;
                }
                std::cmp::Ordering::Equal => {
                    labels.push(label);
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

fn scanned(
    key: &[u8],
    value: Option<&[u8]>,
    rule: Option<&SplitRule>,
) -> Result<Option<ScannedSample>> {
    let Some(value) = value else {
        let key = String::from_utf8_lossy(key).into_owned();
        return Ok(Some(ScannedSample::Erased(key)));
    };
    let mut sample = decode_sample(key, value)?;
    if let Some(rule) = rule {
        rule.apply(&mut sample);
    }
    Ok(Some(ScannedSample::There(sample)))
}

fn orphan(label: &LabelRow) -> Error {
    Error::damaged(
        format!("label row {:?}", label.key()),
        "its sample is not in the version",
    )
}
