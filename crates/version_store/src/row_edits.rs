//! From what was asked for to the rows that differ: sorted, one per key, nothing that is so already.

use std::sync::Arc;

use crate::changes::LabelEdit;
use crate::commit::Roots;
use crate::held::Held;
use crate::objects::Objects;
use crate::pack_writer::PackWriter;
use crate::rows::{label_prefix_of, sample_of_label};
use crate::segment::RowEdits;
use crate::spill::{Collector, Scratch, Sorted};
use crate::tombstones::Erased;
use crate::tree::{Edit, Finder, KeptLeaves, Leaves, Scan, WARM_KEYS, store_long_values};
use crate::{Changes, Error, Result};

/// Rows to set and to remove in each tree, sorted by key and one per key: in memory while they are few.
#[derive(Debug)]
pub(crate) struct NewRows {
    pub(crate) samples: Collector<Edit>,
    pub(crate) labels: Collector<Edit>,
    pub(crate) provenance: Collector<Edit>,
    /// The leaves in which they are, or would be.
    pub(crate) leaves: KeptLeaves,
}

impl NewRows {
    fn new(scratch: Option<&Scratch>) -> Self {
        Self {
            samples: Collector::new(scratch),
            labels: Collector::new(scratch),
            provenance: Collector::new(scratch),
            leaves: KeptLeaves::default(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.samples.len() + self.labels.len() + self.provenance.len()
    }

    /// A copy of all of them in memory, where they are known to be few.
    ///
    /// # Errors
    /// [`Error::Scratch`].
    pub(crate) fn read_edits(&self) -> Result<RowEdits> {
        Ok(RowEdits {
            samples: self.samples.read()?.collect::<Result<_>>()?,
            labels: self.labels.read()?.collect::<Result<_>>()?,
            provenance: self.provenance.read()?.collect::<Result<_>>()?,
        })
    }

    /// All of them in memory, where they are known to be few, and their leaves.
    ///
    /// # Errors
    /// [`Error::Scratch`].
    pub(crate) fn into_edits(self) -> Result<(RowEdits, Leaves)> {
        let edits = RowEdits {
            samples: self.samples.sorted()?.collect::<Result<_>>()?,
            labels: self.labels.sorted()?.collect::<Result<_>>()?,
            provenance: self.provenance.sorted()?.collect::<Result<_>>()?,
        };
        Ok((edits, self.leaves.into_leaves()))
    }
}

/// Finds out which rows differ, and stores the long values among them by themselves.
pub(crate) struct RowPlan<'a> {
    pub(crate) objects: &'a Arc<Objects>,
    /// The version before.
    pub(crate) old: Roots,
    pub(crate) packs: &'a mut PackWriter,
    pub(crate) erased: &'a Erased,
}

impl RowPlan<'_> {
    /// The rows that changes set and remove against the version before.
    ///
    /// # Errors
    /// [`Error::InvalidChange`] when a label has no sample, [`Error::ErasedBefore`]; failures of the store.
    pub(crate) async fn rows(&mut self, mut changes: Changes) -> Result<NewRows> {
        let scratch = changes.scratch().cloned();
        let mut rows = NewRows::new(scratch.as_ref());
        let mut gone = Collector::new(scratch.as_ref());
        self.samples(changes.take_samples()?, &mut rows, &mut gone)
            .await?;
        let mut replaced = changes.take_replaced()?;
        while let Some(prefix) = replaced.next_row()? {
            self.remove_labels(&prefix, &mut gone).await?;
        }
        // What is given comes later, and so counts.
        let labels = gone.sorted()?.followed_by(changes.take_labels()?);
        self.labels(labels, &mut rows).await?;
        Ok(rows)
    }

    /// The sample rows that differ; what goes takes its labels with it.
    async fn samples(
        &mut self,
        mut asked: Sorted<Edit>,
        rows: &mut NewRows,
        gone: &mut Collector<LabelEdit>,
    ) -> Result<()> {
        let (objects, root) = (Arc::clone(self.objects), self.old.samples);
        let mut finder = Finder::new(&objects, &root);
        loop {
            let mut batch = asked.batch(WARM_KEYS)?;
            if batch.is_empty() {
                return Ok(());
            }
            finder.warm(&keys(&batch, |edit| &edit.key)).await?;
            let mut differing = Vec::with_capacity(batch.len());
            for edit in batch.drain(..) {
                if differs(&finder.find(&edit.key).await?, &edit.value) {
                    if edit.value.is_none() {
                        let prefix = label_prefix_of(&edit.key);
                        self.remove_labels(&prefix, gone).await?;
                    }
                    rows.leaves.keep(finder.leaf());
                    differing.push(edit);
                }
            }
            self.erased.check_rows(&differing)?;
            self.take(differing, &mut rows.samples).await?;
        }
    }

    /// Removes all labels with a prefix.
    async fn remove_labels(&self, prefix: &[u8], gone: &mut Collector<LabelEdit>) -> Result<()> {
        let mut scan = Scan::near(self.objects, &self.old.labels, prefix).await?;
        while let Some(row) = scan.next().await? {
            if !row.key().starts_with(prefix) {
                break;
            }
            let edit = Edit {
                key: row.key().to_vec(),
                value: None,
            };
            gone.push(LabelEdit {
                edit,
                provenance: None,
                confirmed: false,
            })?;
        }
        Ok(())
    }

    /// The label rows that differ, and the provenance rows that follow: of labels that are new,
    /// changed or confirmed.
    async fn labels(&mut self, mut asked: Sorted<LabelEdit>, rows: &mut NewRows) -> Result<()> {
        let (objects, old) = (Arc::clone(self.objects), self.old);
        let mut before = Finder::new(&objects, &old.labels);
        let mut came_from = Finder::new(&objects, &old.provenance);
        let mut labelled = Labelled {
            edited: rows.samples.read()?,
            last: None,
            before: Finder::new(&objects, &old.samples),
        };
        loop {
            let mut batch = asked.batch(WARM_KEYS)?;
            if batch.is_empty() {
                return Ok(());
            }
            let keys = keys(&batch, |label| &label.edit.key);
            before.warm(&keys).await?;
            came_from.warm(&keys).await?;
            let (mut changed, mut provenance) = (Vec::new(), Vec::new());
            for label in batch.drain(..) {
                let edit = label.edit;
                let found = before.find(&edit.key).await?;
                if edit.value.is_some() {
                    let sample = sample_of_label(&edit.key);
                    if !labelled.is_there(sample, found.is_some()).await? {
                        return Err(without_sample(sample));
                    }
                }
                let is_new = differs(&found, &edit.value);
                if is_new || label.confirmed {
                    let origin = Edit {
                        key: edit.key.clone(),
                        value: edit.value.as_ref().and(label.provenance).map(Held::Value),
                    };
                    if differs(&came_from.find(&origin.key).await?, &origin.value) {
                        rows.leaves.keep(came_from.leaf());
                        provenance.push(origin);
                    }
                }
                if is_new {
                    rows.leaves.keep(before.leaf());
                    changed.push(edit);
                }
            }
            self.take(changed, &mut rows.labels).await?;
            self.take(provenance, &mut rows.provenance).await?;
        }
    }

    async fn take(&mut self, mut edits: Vec<Edit>, rows: &mut Collector<Edit>) -> Result<()> {
        store_long_values(self.packs, &mut edits).await?;
        edits.into_iter().try_for_each(|edit| rows.push(edit))
    }
}

/// The samples of the new version, asked for in the order of their keys.
struct Labelled<'a> {
    edited: Sorted<Edit>,
    /// The last one that was edited and not behind what was asked for: whether it is there.
    last: Option<(Vec<u8>, bool)>,
    before: Finder<'a>,
}

impl Labelled<'_> {
    async fn is_there(&mut self, sample: &[u8], had_label: bool) -> Result<bool> {
        while self.edited.peek_key().is_some_and(|key| key <= sample) {
            let edit = self.edited.next_row()?;
            self.last = edit.map(|edit| (edit.key, edit.value.is_some()));
        }
        Ok(match &self.last {
            Some((key, is_there)) if key == sample => *is_there,
            // What has a label there is there.
            _ => had_label || self.before.find(sample).await?.is_some(),
        })
    }
}

/// The keys of rows whose ways are read together.
fn keys<T>(rows: &[T], key: impl Fn(&T) -> &Vec<u8>) -> Vec<&[u8]> {
    rows.iter().map(|row| key(row).as_slice()).collect()
}

fn without_sample(sample: &[u8]) -> Error {
    Error::InvalidChange {
        key: String::from_utf8_lossy(sample).chars().take(200).collect(),
        reason: "there is no sample with this key to label".to_owned(),
    }
}

fn differs(old: &Option<Held>, new: &Option<Held>) -> bool {
    match (old, new) {
        (None, None) => false,
        (Some(Held::Value(old)), Some(Held::Value(new))) => old != new,
        (Some(old), Some(new)) => old.hash() != new.hash(),
        _ => true,
    }
}
