//! What a commit changes, collected in any order.

use annotation::Provenance;
use bytes::Bytes;
use dataset::{Field, LabelKey, LabelRow, Sample, SampleKey, SplitRule};
use ids::Hash;

use crate::Result;
use crate::rows::{encode_label, encode_label_key, encode_provenance, encode_sample, label_prefix};
use crate::segment::FolderMove;
use crate::tree::Edit;

/// Changes against the first parent of a commit. Rows are encoded when they come, so that a change
/// takes about as much memory as it takes in the store. Of two changes to a row the later counts.
#[derive(Debug, Default)]
pub struct Changes {
    pub(crate) samples: Vec<Edit>,
    pub(crate) labels: Vec<LabelEdit>,
    /// Key prefixes of label rows that go unless they are set here.
    pub(crate) replaced: Vec<Vec<u8>>,
    pub(crate) blobs: Vec<Hash>,
    /// Folders that get another name before anything else is changed.
    pub(crate) moves: Vec<FolderMove>,
    /// A new rule for splits, or none from now on; outer none: it stays.
    pub(crate) split_rule: Option<Option<SplitRule>>,
    last_provenance: Option<(Provenance, Bytes)>,
}

#[derive(Debug, Clone)]
pub(crate) struct LabelEdit {
    pub(crate) edit: Edit,
    pub(crate) provenance: Option<Bytes>,
    /// Whether the provenance is kept even if the label was there before.
    pub(crate) confirmed: bool,
}

impl Changes {
    /// No changes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a sample, or replaces the one with its key. Its labels stay.
    ///
    /// # Errors
    /// [`Error::InvalidChange`](crate::Error::InvalidChange) when a value can't be stored.
    pub fn upsert_sample(&mut self, sample: &Sample) -> Result<()> {
        let value = Some(Bytes::from(encode_sample(sample)?).into());
        self.blobs.extend(
            sample
                .fields
                .values()
                .filter_map(Field::blob)
                .map(|blob| blob.hash),
        );
        self.samples.push(Edit {
            key: sample.key.as_str().into(),
            value,
        });
        Ok(())
    }

    /// As [`Changes::upsert_sample`], of what [`sample_bytes`](crate::sample_bytes) gave and the blobs that it names.
    pub fn upsert_raw(&mut self, key: &SampleKey, value: Bytes, blobs: &[Hash]) {
        self.blobs.extend_from_slice(blobs);
        self.samples.push(Edit {
            key: key.as_str().into(),
            value: Some(value.into()),
        });
    }

    /// Removes a sample and its labels.
    pub fn remove_sample(&mut self, key: &SampleKey) {
        self.samples.push(Edit {
            key: key.as_str().into(),
            value: None,
        });
    }

    /// Sets a label. Its provenance is kept if the label is new or differs from the one there: the
    /// second import of the same data changes nothing.
    ///
    /// # Errors
    /// [`Error::InvalidChange`](crate::Error::InvalidChange) when a value can't be stored.
    pub fn set_label(&mut self, row: &LabelRow, provenance: &Provenance) -> Result<()> {
        self.push_label(row, provenance, false)
    }

    /// Sets a label whose provenance counts even if the label is as before: someone looked at it
    /// and accepted it.
    ///
    /// # Errors
    /// As [`Changes::set_label`].
    pub fn confirm_label(&mut self, row: &LabelRow, provenance: &Provenance) -> Result<()> {
        self.push_label(row, provenance, true)
    }

    fn push_label(
        &mut self,
        row: &LabelRow,
        provenance: &Provenance,
        confirmed: bool,
    ) -> Result<()> {
        let key = encode_label_key(&row.key())?;
        let value = Some(Bytes::from(encode_label(row)?).into());
        // An import gives all its labels the same provenance: kept once.
        let provenance = match &self.last_provenance {
            Some((last, bytes)) if last == provenance => bytes.clone(),
            _ => {
                let bytes = Bytes::from(encode_provenance(provenance)?);
                self.last_provenance = Some((provenance.clone(), bytes.clone()));
                bytes
            }
        };
        let edit = Edit { key, value };
        self.labels.push(LabelEdit {
            edit,
            provenance: Some(provenance),
            confirmed,
        });
        Ok(())
    }

    /// Removes a label.
    ///
    /// # Errors
    /// [`Error::InvalidChange`](crate::Error::InvalidChange) when no label can have this key.
    pub fn remove_label(&mut self, key: &LabelKey) -> Result<()> {
        let edit = Edit {
            key: encode_label_key(key)?,
            value: None,
        };
        self.labels.push(LabelEdit {
            edit,
            provenance: None,
            confirmed: false,
        });
        Ok(())
    }

    /// Removes all labels of a sample, in one layer or in all, but those that are set here.
    pub fn replace_labels(&mut self, sample: &SampleKey, layer: Option<&str>) {
        let mut prefix = label_prefix(sample.as_str());
        if let Some(layer) = layer {
            prefix.extend_from_slice(layer.as_bytes());
            prefix.push(0);
        }
        self.replaced.push(prefix);
    }

    /// Gives a folder another name, before all that is set and removed here: the samples whose keys
    /// begin with `from` and a slash, with their labels and where those come from. Moves follow each
    /// other in the order in which they are asked for.
    ///
    /// # Errors
    /// [`Error::InvalidChange`](crate::Error::InvalidChange) when no folder can have such a name, or
    /// one lies in the other.
    pub fn move_folder(&mut self, from: &str, to: &str) -> Result<()> {
        self.moves.push(FolderMove::new(from, to)?);
        Ok(())
    }

    /// Sets the rule by which samples without a split of their own come to one; `None` takes it away.
    pub fn set_split_rule(&mut self, rule: Option<SplitRule>) {
        self.split_rule = Some(rule);
    }

    /// Number of changes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.moves.len()
            + self.samples.len()
            + self.labels.len()
            + self.replaced.len()
            + usize::from(self.split_rule.is_some())
    }

    /// Whether nothing was changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
