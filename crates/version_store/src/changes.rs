//! What a commit changes, collected in any order.

use annotation::Provenance;
use bytes::Bytes;
use dataset::{Field, LabelKey, LabelRow, Sample, SampleKey, SplitRule};
use ids::Hash;

use crate::Result;
use crate::held::Held;
use crate::pack_writer::Unindexed;
use crate::rows::{encode_label, encode_label_key, encode_provenance, encode_sample, label_prefix};
use crate::segment::FolderMove;
use crate::spill::{Runs, Scratch, Sorted, Spilled};
use crate::tree::Edit;

/// Changes against the first parent of a commit. Rows are encoded when they come, so that a change
/// takes about as much memory as it takes in the store; those that may be too many for that go to
/// scratch storage. Of two changes to a row the later counts.
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
    /// Blobs whose index the commit writes too.
    pub(crate) unindexed: Unindexed,
    last_provenance: Option<(Provenance, Bytes)>,
    /// Memory of the rows that were set since [`Changes::make_room`] spilled.
    held_bytes: usize,
    spilled: Option<SpilledChanges>,
}

/// Changes outside of memory.
#[derive(Debug)]
struct SpilledChanges {
    scratch: Scratch,
    samples: Runs<Edit>,
    labels: Runs<LabelEdit>,
    replaced: Runs<Vec<u8>>,
    blobs: Runs<Hash>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
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

    /// No changes; those that come may be too many for memory, see [`Changes::make_room`].
    #[must_use]
    pub fn spilling(scratch: &Scratch) -> Self {
        let spilled = SpilledChanges {
            scratch: scratch.clone(),
            samples: Runs::new(scratch),
            labels: Runs::new(scratch),
            replaced: Runs::new(scratch),
            blobs: Runs::new(scratch),
        };
        Self {
            spilled: Some(spilled),
            ..Self::default()
        }
    }

    /// Writes what is held to scratch storage, if there is such and it is time. To be called again and
    /// again while changes are made.
    ///
    /// # Errors
    /// [`Error::Scratch`](crate::Error::Scratch).
    pub fn make_room(&mut self) -> Result<()> {
        let held = self.held_bytes + self.blobs.len() * Hash::LEN;
        match &mut self.spilled {
            Some(spilled) if held >= spilled.scratch.bytes() => {
                spilled.samples.spill(std::mem::take(&mut self.samples))?;
                spilled.labels.spill(std::mem::take(&mut self.labels))?;
                spilled.replaced.spill(std::mem::take(&mut self.replaced))?;
                spilled.blobs.spill(std::mem::take(&mut self.blobs))?;
                self.held_bytes = 0;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The scratch storage, if there is such.
    pub(crate) fn scratch(&self) -> Option<&Scratch> {
        self.spilled.as_ref().map(|spilled| &spilled.scratch)
    }

    /// The blobs that samples name, sorted.
    pub(crate) fn take_blobs(&mut self) -> Result<Sorted<Hash>> {
        let runs = self.spilled.as_ref().map(|spilled| &spilled.blobs);
        Sorted::new(runs, std::mem::take(&mut self.blobs))
    }

    /// The changed samples, sorted.
    pub(crate) fn take_samples(&mut self) -> Result<Sorted<Edit>> {
        let runs = self.spilled.as_ref().map(|spilled| &spilled.samples);
        Sorted::new(runs, std::mem::take(&mut self.samples))
    }

    /// The changed labels, sorted.
    pub(crate) fn take_labels(&mut self) -> Result<Sorted<LabelEdit>> {
        let runs = self.spilled.as_ref().map(|spilled| &spilled.labels);
        Sorted::new(runs, std::mem::take(&mut self.labels))
    }

    /// Key prefixes of labels that go unless they are set, sorted.
    pub(crate) fn take_replaced(&mut self) -> Result<Sorted<Vec<u8>>> {
        let runs = self.spilled.as_ref().map(|spilled| &spilled.replaced);
        Sorted::new(runs, std::mem::take(&mut self.replaced))
    }

    fn push_sample(&mut self, key: &SampleKey, value: Option<Bytes>) {
        let edit = Edit {
            key: key.as_str().into(),
            value: value.map(Held::from),
        };
        self.held_bytes += edit.bytes();
        self.samples.push(edit);
    }

    /// Adds a sample, or replaces the one with its key. Its labels stay.
    ///
    /// # Errors
    /// [`Error::InvalidChange`](crate::Error::InvalidChange) when a value can't be stored.
    pub fn upsert_sample(&mut self, sample: &Sample) -> Result<()> {
        let value = Bytes::from(encode_sample(sample)?);
        self.blobs.extend(
            sample
                .fields
                .values()
                .filter_map(Field::blob)
                .map(|blob| blob.hash),
        );
        self.push_sample(&sample.key, Some(value));
        Ok(())
    }

    /// As [`Changes::upsert_sample`], of what [`sample_bytes`](crate::sample_bytes) gave and the blobs that it names.
    pub fn upsert_raw(&mut self, key: &SampleKey, value: Bytes, blobs: &[Hash]) {
        self.blobs.extend_from_slice(blobs);
        self.push_sample(key, Some(value));
    }

    /// Removes a sample and its labels.
    pub fn remove_sample(&mut self, key: &SampleKey) {
        self.push_sample(key, None);
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
        self.hold_label(LabelEdit {
            edit: Edit { key, value },
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
        self.hold_label(LabelEdit {
            edit,
            provenance: None,
            confirmed: false,
        });
        Ok(())
    }

    fn hold_label(&mut self, label: LabelEdit) {
        self.held_bytes += label.bytes();
        self.labels.push(label);
    }

    /// Removes all labels of a sample, in one layer or in all, but those that are set here.
    pub fn replace_labels(&mut self, sample: &SampleKey, layer: Option<&str>) {
        let mut prefix = label_prefix(sample.as_str());
        if let Some(layer) = layer {
            prefix.extend_from_slice(layer.as_bytes());
            prefix.push(0);
        }
        self.held_bytes += prefix.bytes();
        self.replaced.push(prefix);
    }

    /// Gives a folder another name, before all that is set and removed here: the samples whose keys
    /// begin with `from` and a slash, with their labels and where those come from. Moves follow each
    /// other in the order in which they are asked for. One of the two folders may lie in the other.
    ///
    /// # Errors
    /// [`Error::InvalidChange`](crate::Error::InvalidChange) when no folder can have such a name, or
    /// both are the same.
    pub fn move_folder(&mut self, from: &str, to: &str) -> Result<()> {
        self.moves.push(FolderMove::new(from, to)?);
        Ok(())
    }

    /// Gives the commit blobs to write an index of, with that of its own.
    pub fn index(&mut self, blobs: &Unindexed) {
        self.unindexed = blobs.clone();
    }

    /// Sets the rule by which samples without a split of their own come to one; `None` takes it away.
    pub fn set_split_rule(&mut self, rule: Option<SplitRule>) {
        self.split_rule = Some(rule);
    }

    /// Number of changes.
    #[must_use]
    pub fn len(&self) -> usize {
        let spilled = self.spilled.as_ref().map_or(0, |spilled| {
            spilled.samples.len() + spilled.labels.len() + spilled.replaced.len()
        });
        spilled
            + self.moves.len()
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
