//! Rows as they are stored, for those who compare many of them: an import against what is there.

use std::sync::Arc;

use bytes::Bytes;
use dataset::{LabelRow, Sample, SampleKey};

use crate::held::Held;
use crate::objects::Objects;
use crate::overlay::Made;
use crate::rows::{
    decode_sample, encode_label, encode_label_key, encode_sample, label_prefix, sample_of_label,
};
use crate::tree::{self, Row, Scan};
use crate::{Result, Version};

/// The stored form of a sample: equal samples have equal bytes, and no others have them.
///
/// # Errors
/// [`Error::InvalidChange`](crate::Error::InvalidChange) when a value can't be stored.
pub fn sample_bytes(sample: &Sample) -> Result<Bytes> {
    encode_sample(sample).map(Bytes::from)
}

/// The sample of what [`sample_bytes`] gave.
///
/// # Errors
/// [`Error::Damaged`](crate::Error::Damaged) when these are other bytes.
pub fn sample_from_bytes(key: &SampleKey, bytes: &[u8]) -> Result<Sample> {
    decode_sample(key.as_str().as_bytes(), bytes)
}

/// The stored forms of a label's key and value.
///
/// # Errors
/// [`Error::InvalidChange`](crate::Error::InvalidChange) when a value can't be stored.
pub fn label_bytes(row: &LabelRow) -> Result<(Vec<u8>, Bytes)> {
    Ok((encode_label_key(&row.key())?, encode_label(row)?.into()))
}

/// A sample as it is stored, and its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    /// The sample's key, UTF-8.
    pub key: Vec<u8>,
    /// What [`sample_bytes`] gives; none where it was erased.
    pub value: Option<Bytes>,
    /// What [`label_bytes`] gives, in the order of their keys, without erased ones.
    pub labels: Vec<(Vec<u8>, Bytes)>,
}

/// Walks a version in key order without decoding a row.
pub struct RawScan {
    objects: Arc<Objects>,
    /// Held, so that its nodes can be read.
    _made: Arc<Made>,
    samples: Scan,
    labels: Scan,
    next_label: Option<Row>,
}

impl Version {
    /// One sample with its labels, as it is stored.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn raw_row(&self, key: &str) -> Result<Option<RawRow>> {
        let objects = &self.store().objects;
        let roots = self.made().await?.roots;
        let value = match tree::get_held(objects, &roots.samples, key.as_bytes()).await? {
            None => return Ok(None),
            Some(Held::Erased(_)) => None,
            Some(held) => Some(tree::value(objects, key.as_bytes(), held).await?),
        };
        let prefix = label_prefix(key);
        let mut labels = Vec::new();
        let mut scan = Scan::near(objects, &roots.labels, &prefix).await?;
        while let Some(row) = scan.next().await? {
            if !row.key().starts_with(&prefix) {
                break;
            }
            let value = row.value(objects).await?;
            labels.extend(value.map(|value| (row.key().to_vec(), value)));
        }
        let key = key.as_bytes().to_vec();
        Ok(Some(RawRow { key, value, labels }))
    }

    /// The samples at and after the key `from` with their labels, in key order, as they are stored.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn scan_raw(&self, from: &str) -> Result<RawScan> {
        let objects = Arc::clone(&self.store().objects);
        let made = Arc::clone(self.made().await?);
        let (samples, mut labels) = futures::try_join!(
            Scan::start(&objects, &made.roots.samples, from.as_bytes()),
            Scan::start(&objects, &made.roots.labels, from.as_bytes()),
        )?;
        let next_label = labels.next().await?;
        Ok(RawScan {
            objects,
            _made: made,
            samples,
            labels,
            next_label,
        })
    }
}

impl RawScan {
    /// The next sample. Labels whose sample is not there are passed over; fsck names them.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn next(&mut self) -> Result<Option<RawRow>> {
        let Some(row) = self.samples.next().await? else {
            return Ok(None);
        };
        let mut labels = Vec::new();
        while let Some(label) = &self.next_label {
            let sample = sample_of_label(label.key());
            if sample > row.key() {
                break;
            }
            if sample == row.key() {
                let value = label.value(&self.objects).await?;
                labels.extend(value.map(|value| (label.key().to_vec(), value)));
            }
            self.next_label = self.labels.next().await?;
        }
        Ok(Some(RawRow {
            key: row.key().to_vec(),
            value: row.value(&self.objects).await?,
            labels,
        }))
    }
}
