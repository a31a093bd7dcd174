//! From what was asked for to the rows that differ: sorted, one per key, nothing that is so already.

use std::sync::Arc;

use crate::changes::LabelEdit;
use crate::commit::Roots;
use crate::held::Held;
use crate::objects::Objects;
use crate::rows::{label_prefix_of, sample_of_label};
use crate::segment::RowEdits;
use crate::tree::{Edit, Finder, Scan, WARM_KEYS, warm};
use crate::{Changes, Error, Result};

impl Objects {
    /// The rows that changes set and remove against a version.
    ///
    /// # Errors
    /// [`Error::InvalidChange`] when a label has no sample; failures of the store.
    pub(crate) async fn row_edits(
        self: &Arc<Self>,
        old: &Roots,
        changes: Changes,
    ) -> Result<RowEdits> {
        let asked = last_of_each(changes.samples, |edit| &edit.key);
        let mut finder = Finder::new(self, &old.samples);
        let mut samples = Vec::with_capacity(asked.len());
        let mut asked = asked.into_iter();
        while asked.len() > 0 {
            let keys = next_keys(asked.as_slice(), |edit| &edit.key);
            warm(self, &old.samples, &keys).await?;
            for edit in asked.by_ref().take(WARM_KEYS) {
                if differs(&finder.find(&edit.key).await?, &edit.value) {
                    samples.push(edit);
                }
            }
        }
        let gone = samples.iter().filter(|edit| edit.value.is_none());
        let mut replaced = changes.replaced;
        replaced.extend(gone.map(|edit| label_prefix_of(&edit.key)));
        let labels = self.label_edits(old, changes.labels, &replaced).await?;
        let (labels, provenance) = self.changed_labels(old, labels, &samples).await?;
        Ok(RowEdits {
            samples,
            labels,
            provenance,
        })
    }

    /// All label edits, sorted: those given, and the removals of all other labels with these prefixes.
    async fn label_edits(
        self: &Arc<Self>,
        old: &Roots,
        given: Vec<LabelEdit>,
        replaced: &[Vec<u8>],
    ) -> Result<Vec<LabelEdit>> {
        let mut edits = Vec::with_capacity(given.len());
        for prefix in replaced {
            let mut scan = Scan::near(self, &old.labels, prefix).await?;
            while let Some(row) = scan.next().await? {
                if !row.key().starts_with(prefix) {
                    break;
                }
                let edit = Edit {
                    key: row.key().to_vec(),
                    value: None,
                };
                edits.push(LabelEdit {
                    edit,
                    provenance: None,
                    confirmed: false,
                });
            }
        }
        // What is given comes later, and so counts.
        edits.extend(given);
        Ok(last_of_each(edits, |label| &label.edit.key))
    }

    /// The label rows that differ, and the provenance rows that follow: of labels that are new,
    /// changed or confirmed.
    async fn changed_labels(
        &self,
        old: &Roots,
        labels: Vec<LabelEdit>,
        samples: &[Edit],
    ) -> Result<(Vec<Edit>, Vec<Edit>)> {
        let mut before = Finder::new(self, &old.labels);
        let mut came_from = Finder::new(self, &old.provenance);
        let mut labelled = Finder::new(self, &old.samples);
        let (mut changed, mut provenance) = (Vec::new(), Vec::new());
        let mut labels = labels.into_iter();
        while labels.len() > 0 {
            let keys = next_keys(labels.as_slice(), |label| &label.edit.key);
            warm(self, &old.labels, &keys).await?;
            warm(self, &old.provenance, &keys).await?;
            for label in labels.by_ref().take(WARM_KEYS) {
                let edit = label.edit;
                let found = before.find(&edit.key).await?;
                if edit.value.is_some() {
                    let sample = sample_of_label(&edit.key);
                    let edited = samples.binary_search_by(|edit| edit.key.as_slice().cmp(sample));
                    let is_there = match edited {
                        Ok(at) => samples[at].value.is_some(),
                        // What has a label there is there.
                        Err(_) => found.is_some() || labelled.find(sample).await?.is_some(),
                    };
                    if !is_there {
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
                        provenance.push(origin);
                    }
                }
                if is_new {
                    changed.push(edit);
                }
            }
        }
        Ok((changed, provenance))
    }
}

/// The keys of the next items whose ways are read together.
fn next_keys<T>(items: &[T], key: impl Fn(&T) -> &Vec<u8>) -> Vec<&[u8]> {
    let next = items.iter().take(WARM_KEYS);
    next.map(|item| key(item).as_slice()).collect()
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

/// Sorts by key and keeps the last of each key.
fn last_of_each<T, F: Fn(&T) -> &Vec<u8>>(mut items: Vec<T>, key: F) -> Vec<T> {
    if !items.is_sorted_by(|a, b| key(a) < key(b)) {
        items.sort_by(|a, b| key(a).cmp(key(b)));
        // Of equal keys the last one stands: they are in the order in which they came.
        items.reverse();
        items.dedup_by(|a, b| key(a) == key(b));
        items.reverse();
    }
    items
}
