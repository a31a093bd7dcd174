//! Edits against deletions: of a whole sample, with its labels, or of a whole label.

use std::sync::Arc;

use annotation::Item;
use bytes::Bytes;
use dataset::{LabelRow, Sample, SampleKey};

use super::parts::{Sides, blobs_of, edit_against_delete};
use super::settle::{Settled, Settlements};
use super::three_way::Merge;
use super::{MergeConflict, MergeSide};
use crate::changes::LabelEdit;
use crate::held::Held;
use crate::rows::{encode_label, encode_sample, label_prefix_of, sample_of_label};
use crate::tree::{self, Edit, Scan};
use crate::{Commit, Result};

/// A sample that one side deleted while the other changed it or its labels.
pub(super) struct ContestedSample {
    deleted_by: MergeSide,
    /// What becomes of it; `None` as a value: it goes.
    settled: Settled<Option<Sample>>,
}

/// The row of a label that a resolution gives; `None` takes it away.
pub(super) fn given_label(conflict: &MergeConflict, item: Option<Item>) -> Result<Option<Bytes>> {
    let Some(item) = item else { return Ok(None) };
    let refuse = |reason: &str| Settlements::refuse(conflict, reason);
    let same = conflict.layer.as_deref() == Some(&item.layer)
        && conflict.item_id.as_deref() == Some(&item.id);
    if !same {
        return Err(refuse("the given label has another layer or id"));
    }
    let key = SampleKey::new(&conflict.key).map_err(|error| refuse(&error.to_string()))?;
    Ok(Some(encode_label(&LabelRow::new(key, item))?.into()))
}

impl Merge<'_> {
    /// Notes the conflict about a sample that one side deleted, unless it is settled.
    pub(super) fn contested_sample(
        &mut self,
        sides: &Sides,
        deleted_by: MergeSide,
    ) -> Result<ContestedSample> {
        let conflict = edit_against_delete(sides, false)?;
        let settled = self.settlements.of::<Option<Sample>>(&conflict, None)?;
        if let Settled::Value(Some(sample)) = &settled
            && sample.key.as_str() != conflict.key
        {
            return Err(Settlements::refuse(
                &conflict,
                "the given sample has another key",
            ));
        }
        if settled == Settled::Open {
            self.result.conflicts.push(conflict);
        }
        Ok(ContestedSample {
            deleted_by,
            settled,
        })
    }

    /// Deletes or restores whole samples that were contested, as it was settled.
    pub(super) async fn settle_contested(&mut self) -> Result<()> {
        let contested = std::mem::take(&mut self.contested);
        let changes = &mut self.result.changes;
        changes
            .samples
            .retain(|edit| !contested.contains_key(&edit.key));
        changes
            .labels
            .retain(|label| !contested.contains_key(sample_of_label(&label.edit.key)));
        let (base, theirs) = (self.base.clone(), self.theirs.clone());
        for (key, sample) in contested {
            match sample.settled {
                // What is open stops the merge; ours stands as it is.
                Settled::Open | Settled::Side(MergeSide::Ours) => {}
                Settled::Side(MergeSide::Theirs) => self.restore(key, &theirs).await?,
                Settled::Base => self.restore(key, &base).await?,
                Settled::Value(None) => self.set_sample(key, None),
                Settled::Value(Some(given)) => {
                    self.result.changes.blobs.extend(blobs_of(&given));
                    let value = Bytes::from(encode_sample(&given)?);
                    if sample.deleted_by == MergeSide::Ours {
                        self.restore_labels(&key, &theirs).await?;
                    }
                    self.set_sample(key, Some(value.into()));
                }
            }
        }
        Ok(())
    }

    fn set_sample(&mut self, key: Vec<u8>, value: Option<Held>) {
        self.result.changes.samples.push(Edit { key, value });
    }

    /// The sample and its labels as `side` has them.
    async fn restore(&mut self, key: Vec<u8>, side: &Commit) -> Result<()> {
        self.need_theirs().await?;
        let objects = &self.repository.store.objects;
        let value = tree::get_held(objects, &side.samples, &key).await?;
        if value.is_some() {
            self.restore_labels(&key, side).await?;
        }
        self.set_sample(key, value);
        Ok(())
    }

    async fn restore_labels(&mut self, key: &[u8], side: &Commit) -> Result<()> {
        self.need_theirs().await?;
        let objects = Arc::clone(&self.repository.store.objects);
        let prefix = label_prefix_of(key);
        let mut scan = Scan::near(&objects, &side.labels, &prefix).await?;
        while let Some(row) = scan.next().await? {
            if !row.key().starts_with(&prefix) {
                break;
            }
            let provenance = tree::get(&objects, &side.provenance, row.key()).await?;
            let edit = Edit {
                key: row.key().to_vec(),
                value: Some(row.held()),
            };
            self.result.changes.labels.push(LabelEdit {
                edit,
                provenance,
                confirmed: true,
            });
        }
        self.result.changes.replaced.push(prefix);
        Ok(())
    }
}
