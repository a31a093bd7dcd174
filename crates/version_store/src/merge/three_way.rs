//! Walking two diffs against one base side by side, and collecting what our side must take over.

use std::collections::BTreeMap;
use std::sync::Arc;

use ids::Hash;

use super::parts::{Joined, Sides, blank, edit_against_delete, join_labels, join_samples};
use super::{MergeConflict, MergeSide};
use crate::changes::LabelEdit;
use crate::held::Held;
use crate::rows::{label_prefix_of, sample_of_label};
use crate::tree::{self, Edit, RowChange, RowValue, Scan, TreeDiff};
use crate::{Changes, Commit, Repository, Result};

/// What to change on our side, or why that is not clear.
#[derive(Default)]
pub(super) struct ThreeWay {
    pub(super) changes: Changes,
    pub(super) conflicts: Vec<MergeConflict>,
}

struct Merge<'a> {
    repository: &'a Repository,
    base: Commit,
    ours: Commit,
    theirs: Commit,
    prefer: Option<MergeSide>,
    result: ThreeWay,
    /// Samples that one side deleted while the other changed nothing of their own row.
    deleted: BTreeMap<Vec<u8>, MergeSide>,
    /// Samples that one side deleted while the other changed them or their labels.
    contested: BTreeMap<Vec<u8>, MergeSide>,
}

/// Two diffs against one base, joined by key.
struct Pairs {
    ours: TreeDiff,
    theirs: TreeDiff,
    next_ours: Option<RowChange>,
    next_theirs: Option<RowChange>,
}

impl Pairs {
    async fn start(
        repository: &Repository,
        base: &Hash,
        ours: &Hash,
        theirs: &Hash,
    ) -> Result<Self> {
        let objects = Arc::clone(&repository.store.objects);
        let mut ours = TreeDiff::start(&objects, base, ours, b"").await?;
        let mut theirs = TreeDiff::start(&objects, base, theirs, b"").await?;
        let (next_ours, next_theirs) = (ours.next().await?, theirs.next().await?);
        Ok(Self {
            ours,
            theirs,
            next_ours,
            next_theirs,
        })
    }

    async fn next(&mut self) -> Result<Option<(Option<RowChange>, Option<RowChange>)>> {
        let order = match (&self.next_ours, &self.next_theirs) {
            (None, None) => return Ok(None),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(ours), Some(theirs)) => ours.key.cmp(&theirs.key),
        };
        let mut pair = (None, None);
        if order.is_le() {
            pair.0 = self.next_ours.take();
            self.next_ours = self.ours.next().await?;
        }
        if order.is_ge() {
            pair.1 = self.next_theirs.take();
            self.next_theirs = self.theirs.next().await?;
        }
        Ok(Some(pair))
    }
}

impl Repository {
    pub(super) async fn three_way(
        &self,
        base: &Hash,
        ours: &Hash,
        theirs: &Hash,
        prefer: Option<MergeSide>,
    ) -> Result<ThreeWay> {
        let mut merge = Merge {
            repository: self,
            base: self.store.commit(base).await?,
            ours: self.store.commit(ours).await?,
            theirs: self.store.commit(theirs).await?,
            prefer,
            result: ThreeWay::default(),
            deleted: BTreeMap::new(),
            contested: BTreeMap::new(),
        };
        merge.join_samples().await?;
        merge.join_labels().await?;
        merge.take_provenance().await?;
        merge.settle_contested().await?;
        merge.result.conflicts.sort_by(|a, b| {
            (&a.key, &a.layer, &a.item_id, &a.part).cmp(&(&b.key, &b.layer, &b.item_id, &b.part))
        });
        Ok(merge.result)
    }
}

impl Merge<'_> {
    async fn join_samples(&mut self) -> Result<()> {
        let (base, ours, theirs) = (self.base.samples, self.ours.samples, self.theirs.samples);
        let mut pairs = Pairs::start(self.repository, &base, &ours, &theirs).await?;
        while let Some(pair) = pairs.next().await? {
            match pair {
                (Some(ours), None) => {
                    if ours.new.is_none() {
                        self.deleted.insert(ours.key, MergeSide::Ours);
                    }
                }
                (None, Some(theirs)) => {
                    if theirs.new.is_none() {
                        self.deleted.insert(theirs.key.clone(), MergeSide::Theirs);
                    }
                    self.result.changes.samples.push(Edit {
                        key: theirs.key,
                        value: theirs.new.map(RowValue::into_held),
                    });
                }
                (Some(ours), Some(theirs)) => self.join_sample(ours, theirs)?,
                (None, None) => {}
            }
        }
        Ok(())
    }

    fn join_sample(&mut self, ours: RowChange, theirs: RowChange) -> Result<()> {
        if ours.new == theirs.new {
            return Ok(());
        }
        let sides = Sides::of(ours, theirs)?;
        if sides.ours.is_none() || sides.theirs.is_none() {
            let side = if sides.ours.is_none() {
                MergeSide::Ours
            } else {
                MergeSide::Theirs
            };
            if self.prefer.is_none() {
                self.result
                    .conflicts
                    .push(edit_against_delete(&sides, false)?);
            }
            self.contested.insert(sides.key, side);
            return Ok(());
        }
        let Joined { value, conflicts } = join_samples(&sides, self.prefer)?;
        self.result.conflicts.extend(conflicts);
        self.result.changes.samples.push(Edit {
            key: sides.key,
            value: Some(value.into()),
        });
        Ok(())
    }

    async fn join_labels(&mut self) -> Result<()> {
        let (base, ours, theirs) = (self.base.labels, self.ours.labels, self.theirs.labels);
        let mut pairs = Pairs::start(self.repository, &base, &ours, &theirs).await?;
        while let Some((ours, theirs)) = pairs.next().await? {
            let Some(key) = ours
                .as_ref()
                .or(theirs.as_ref())
                .map(|change| change.key.clone())
            else {
                continue;
            };
            let sample = sample_of_label(&key).to_vec();
            if self.contested.contains_key(&sample) {
                continue;
            }
            // Setting a label on one side contests the deletion of its sample on the other.
            let set_by = |change: &Option<RowChange>| {
                change.as_ref().is_some_and(|change| change.new.is_some())
            };
            match self.deleted.get(&sample) {
                Some(side @ MergeSide::Ours) if set_by(&theirs) => self.contest(sample, *side)?,
                Some(side @ MergeSide::Theirs) if set_by(&ours) => self.contest(sample, *side)?,
                Some(_) => {}
                None => self.join_label(key, ours, theirs).await?,
            }
        }
        Ok(())
    }

    fn contest(&mut self, sample: Vec<u8>, deleted_by: MergeSide) -> Result<()> {
        if self.prefer.is_none() {
            let key = String::from_utf8_lossy(&sample).into_owned();
            let part = match deleted_by {
                MergeSide::Ours => "labelled by them, deleted by us",
                MergeSide::Theirs => "labelled by us, deleted by them",
            };
            self.result.conflicts.push(MergeConflict {
                part: part.to_owned(),
                ..blank(&key, None)
            });
        }
        self.contested.insert(sample, deleted_by);
        Ok(())
    }

    async fn join_label(
        &mut self,
        key: Vec<u8>,
        ours: Option<RowChange>,
        theirs: Option<RowChange>,
    ) -> Result<()> {
        let Some(theirs) = theirs else { return Ok(()) };
        let value = match ours {
            None => theirs.new.map(RowValue::into_held),
            Some(ours) if ours.new == theirs.new => return Ok(()),
            Some(ours) => {
                let sides = Sides::of(ours, theirs)?;
                if sides.ours.is_some() && sides.theirs.is_some() {
                    let Joined { value, conflicts } = join_labels(&sides, self.prefer)?;
                    self.result.conflicts.extend(conflicts);
                    Some(value.into())
                } else {
                    match self.prefer {
                        None => {
                            self.result
                                .conflicts
                                .push(edit_against_delete(&sides, true)?);
                            return Ok(());
                        }
                        Some(MergeSide::Ours) => return Ok(()),
                        Some(MergeSide::Theirs) => sides.theirs.map(Held::Value),
                    }
                }
            }
        };
        self.push_label(key, value, true).await
    }

    /// Sets a label on our side, with the provenance that it has on theirs.
    async fn push_label(
        &mut self,
        key: Vec<u8>,
        value: Option<Held>,
        confirmed: bool,
    ) -> Result<()> {
        let objects = &self.repository.store.objects;
        let provenance = tree::get(objects, &self.theirs.provenance, &key).await?;
        let edit = Edit { key, value };
        self.result.changes.labels.push(LabelEdit {
            edit,
            provenance,
            confirmed,
        });
        Ok(())
    }

    /// Labels that they only confirmed: the same label, now with another provenance.
    async fn take_provenance(&mut self) -> Result<()> {
        let (base, ours, theirs) = (
            self.base.provenance,
            self.ours.provenance,
            self.theirs.provenance,
        );
        let objects = Arc::clone(&self.repository.store.objects);
        let mut pairs = Pairs::start(self.repository, &base, &ours, &theirs).await?;
        while let Some(pair) = pairs.next().await? {
            let (None, Some(theirs)) = pair else { continue };
            let here = tree::get_held(&objects, &self.ours.labels, &theirs.key).await?;
            let there = tree::get_held(&objects, &self.theirs.labels, &theirs.key).await?;
            let Some(provenance) = theirs.new else {
                continue;
            };
            let is_same = here.as_ref().map(Held::hash) == there.as_ref().map(Held::hash);
            if here.is_some() && is_same {
                let provenance = Some(provenance.into_known(&theirs.key)?);
                let edit = Edit {
                    key: theirs.key,
                    value: here,
                };
                let label = LabelEdit {
                    edit,
                    provenance,
                    confirmed: true,
                };
                self.result.changes.labels.push(label);
            }
        }
        Ok(())
    }

    /// Deletes or restores whole samples that were contested, as the preferred side has it.
    async fn settle_contested(&mut self) -> Result<()> {
        let contested = std::mem::take(&mut self.contested);
        if contested.is_empty() {
            return Ok(());
        }
        let changes = &mut self.result.changes;
        changes
            .samples
            .retain(|edit| !contested.contains_key(&edit.key));
        changes
            .labels
            .retain(|label| !contested.contains_key(sample_of_label(&label.edit.key)));
        let Some(MergeSide::Theirs) = self.prefer else {
            // Ours stands as it is; without a preference the conflicts stop the merge anyway.
            return Ok(());
        };
        let objects = Arc::clone(&self.repository.store.objects);
        for (key, deleted_by) in contested {
            let value = match deleted_by {
                MergeSide::Theirs => None,
                MergeSide::Ours => tree::get_held(&objects, &self.theirs.samples, &key).await?,
            };
            let restored = value.is_some();
            self.result.changes.samples.push(Edit {
                key: key.clone(),
                value,
            });
            if !restored {
                continue;
            }
            let prefix = label_prefix_of(&key);
            let mut scan = Scan::near(&objects, &self.theirs.labels, &prefix).await?;
            while let Some(row) = scan.next().await? {
                if !row.key().starts_with(&prefix) {
                    break;
                }
                self.push_label(row.key().to_vec(), Some(row.held()), true)
                    .await?;
            }
        }
        Ok(())
    }
}
