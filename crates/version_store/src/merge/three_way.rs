//! Walking what two sides changed side by side, and collecting what our side must take over.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;
use tokio::sync::OnceCell;

use super::pairs::{Pairs, SideRows};
use super::parts::{Joined, Sides, edit_against_delete, join_labels, join_samples};
use super::settle::{Settle, Settled, Settlements};
use super::whole::{ContestedSample, given_label};
use super::{MergeConflict, MergeSide, Resolution};
use crate::changes::LabelEdit;
use crate::held::Held;
use crate::overlay::Made;
use crate::rows::{decode_provenance, sample_of_label};
use crate::segment::RowEdits;
use crate::tree::{self, Edit, Finder, RowChange, RowValue};
use crate::{Changes, Commit, Error, Repository, Result};

/// What to change on our side, or why that is not clear.
#[derive(Debug, Default)]
pub(super) struct ThreeWay {
    pub(super) changes: Changes,
    pub(super) conflicts: Vec<MergeConflict>,
    /// The settlements that counted.
    pub(super) resolutions: Vec<Resolution>,
}

pub(super) struct Merge<'a> {
    pub(super) repository: &'a Repository,
    pub(super) base: Commit,
    pub(super) ours: Commit,
    pub(super) theirs: Commit,
    /// What segments say about both sides, if they do.
    rows: Option<ChangedRows>,
    their_hash: Hash,
    /// Held, so that the nodes of their side can be read; once one is asked for.
    their_made: OnceCell<Arc<Made>>,
    pub(super) settlements: Settlements,
    pub(super) result: ThreeWay,
    /// Samples that one side deleted while the other changed nothing of their own row.
    deleted: BTreeMap<Vec<u8>, MergeSide>,
    /// Samples that one side deleted while the other changed them or their labels.
    pub(super) contested: BTreeMap<Vec<u8>, ContestedSample>,
}

impl Repository {
    pub(super) async fn three_way(
        &self,
        base: &Hash,
        ours: &Hash,
        theirs: &Hash,
        settle: &Settle,
    ) -> Result<ThreeWay> {
        let rows = self.changed_rows(base, ours, theirs).await?;
        Box::pin(self.join([base, ours, theirs], settle, rows)).await
    }

    /// What segments say about both sides, if they do.
    pub(super) async fn changed_rows(
        &self,
        base: &Hash,
        ours: &Hash,
        theirs: &Hash,
    ) -> Result<Option<ChangedRows>> {
        let objects = &self.store.objects;
        let made = objects.made(base).await?;
        let Some(ours) = objects.rows_since(base, &made.roots, ours).await? else {
            return Ok(None);
        };
        let theirs = objects.rows_since(base, &made.roots, theirs).await?;
        Ok(theirs.map(|theirs| ChangedRows::new(ours, theirs)))
    }

    /// Joins two sides; without `rows` by the trees of base, ours and theirs.
    pub(super) async fn join(
        &self,
        [base, ours, theirs]: [&Hash; 3],
        settle: &Settle,
        rows: Option<ChangedRows>,
    ) -> Result<ThreeWay> {
        let objects = &self.store.objects;
        let _made = futures::try_join!(objects.made(base), objects.made(ours))?;
        let mut merge = Merge {
            repository: self,
            base: self.store.commit(base).await?,
            ours: self.store.commit(ours).await?,
            theirs: self.store.commit(theirs).await?,
            rows,
            their_hash: *theirs,
            their_made: OnceCell::new(),
            settlements: Settlements::new(settle)?,
            result: ThreeWay::default(),
            deleted: BTreeMap::new(),
            contested: BTreeMap::new(),
        };
        merge.join_split_rules().await?;
        merge.join_samples().await?;
        merge.join_labels().await?;
        merge.take_provenance().await?;
        merge.settle_contested().await?;
        let mut result = merge.result;
        result.conflicts.sort_by(|a, b| {
            (&a.key, &a.layer, &a.item_id, &a.part).cmp(&(&b.key, &b.layer, &b.item_id, &b.part))
        });
        result.resolutions = merge.settlements.finish()?;
        Ok(result)
    }
}

/// What both sides changed in each tree since the base.
pub(super) struct ChangedRows {
    samples: SideRows,
    labels: SideRows,
    provenance: SideRows,
}

impl ChangedRows {
    fn new(ours: RowEdits, theirs: RowEdits) -> Self {
        Self {
            samples: [ours.samples, theirs.samples].map(Arc::new),
            labels: [ours.labels, theirs.labels].map(Arc::new),
            provenance: [ours.provenance, theirs.provenance].map(Arc::new),
        }
    }
}

impl Merge<'_> {
    /// Makes the nodes of their side readable: only segments were read before.
    pub(super) async fn need_theirs(&self) -> Result<()> {
        let made = || self.repository.store.objects.made(&self.their_hash);
        self.their_made.get_or_try_init(made).await.map(|_| ())
    }

    /// What both sides changed in one tree.
    async fn pairs(
        &self,
        root: fn(&Commit) -> Hash,
        rows: fn(&ChangedRows) -> &SideRows,
    ) -> Result<Pairs> {
        let objects = &self.repository.store.objects;
        let roots = [&self.base, &self.ours, &self.theirs].map(root);
        match &self.rows {
            Some(changed) => Pairs::of_rows(objects, &roots[0], rows(changed)).await,
            None => {
                self.need_theirs().await?;
                Pairs::of_trees(objects, roots).await
            }
        }
    }

    /// Takes over the rule for splits where only their side changed it.
    async fn join_split_rules(&mut self) -> Result<()> {
        let (base, ours, theirs) = (self.base.meta, self.ours.meta, self.theirs.meta);
        if theirs == base || theirs == ours {
            return Ok(());
        }
        if ours != base {
            return Err(Error::SplitRulesDiffer);
        }
        let meta = self.repository.store.objects.meta(&theirs).await?;
        self.result.changes.set_split_rule(meta.split_rule);
        Ok(())
    }

    async fn join_samples(&mut self) -> Result<()> {
        let mut pairs = self
            .pairs(|side| side.samples, |rows| &rows.samples)
            .await?;
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
            let deleted_by = if sides.ours.is_none() {
                MergeSide::Ours
            } else {
                MergeSide::Theirs
            };
            let contested = self.contested_sample(&sides, deleted_by)?;
            self.contested.insert(sides.key, contested);
            return Ok(());
        }
        let Joined {
            value,
            conflicts,
            blobs,
        } = join_samples(&sides, &mut self.settlements)?;
        self.result.conflicts.extend(conflicts);
        self.result.changes.blobs.extend(blobs);
        self.result.changes.samples.push(Edit {
            key: sides.key,
            value: Some(value.into()),
        });
        Ok(())
    }

    async fn join_labels(&mut self) -> Result<()> {
        let mut pairs = self.pairs(|side| side.labels, |rows| &rows.labels).await?;
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
            match self.deleted.get(&sample).copied() {
                Some(side @ MergeSide::Ours) if set_by(&theirs) => {
                    self.contest(sample, side).await?;
                }
                Some(side @ MergeSide::Theirs) if set_by(&ours) => {
                    self.contest(sample, side).await?;
                }
                Some(_) => {}
                None => self.join_label(key, ours, theirs).await?,
            }
        }
        Ok(())
    }

    /// A sample that one side deleted while the other labelled it: as if it had changed it.
    async fn contest(&mut self, sample: Vec<u8>, deleted_by: MergeSide) -> Result<()> {
        self.need_theirs().await?;
        let objects = &self.repository.store.objects;
        let kept = match deleted_by {
            MergeSide::Ours => self.theirs.samples,
            MergeSide::Theirs => self.ours.samples,
        };
        let base = tree::get(objects, &self.base.samples, &sample).await?;
        let kept = tree::get(objects, &kept, &sample).await?;
        let (ours, theirs) = match deleted_by {
            MergeSide::Ours => (None, kept),
            MergeSide::Theirs => (kept, None),
        };
        let sides = Sides {
            key: sample,
            base,
            ours,
            theirs,
        };
        let contested = self.contested_sample(&sides, deleted_by)?;
        self.contested.insert(sides.key, contested);
        Ok(())
    }

    async fn join_label(
        &mut self,
        key: Vec<u8>,
        ours: Option<RowChange>,
        theirs: Option<RowChange>,
    ) -> Result<()> {
        let Some(theirs) = theirs else { return Ok(()) };
        let Some(ours) = ours else {
            let provenance = match self.their_origin(&key).await? {
                Some(told) => told,
                None => self.provenance_of(&key, &[&self.theirs]).await?,
            };
            self.push_label(key, theirs.new.map(RowValue::into_held), provenance);
            return Ok(());
        };
        if ours.new == theirs.new {
            return Ok(());
        }
        let sides = Sides::of(ours, theirs)?;
        let Some(value) = self.settled_label(&sides).await? else {
            return Ok(());
        };
        if value == sides.ours {
            return Ok(());
        }
        let from: &[&Commit] = if value == sides.base {
            &[&self.base]
        } else {
            &[&self.theirs, &self.ours]
        };
        let provenance = self.provenance_of(&sides.key, from).await?;
        self.push_label(sides.key, value.map(Held::Value), provenance);
        Ok(())
    }

    /// What becomes of a label that both sides changed; `None`: that is not clear.
    async fn settled_label(&mut self, sides: &Sides) -> Result<Option<Option<Bytes>>> {
        if sides.ours.is_some() && sides.theirs.is_some() {
            let origin = self.origin(&sides.key).await?;
            let joined = join_labels(sides, &mut self.settlements, origin)?;
            self.result.conflicts.extend(joined.conflicts);
            return Ok(Some(Some(joined.value)));
        }
        let conflict = edit_against_delete(sides, true)?;
        Ok(match self.settlements.of(&conflict, None)? {
            Settled::Open => {
                self.result.conflicts.push(conflict);
                None
            }
            Settled::Side(MergeSide::Ours) => Some(sides.ours.clone()),
            Settled::Side(MergeSide::Theirs) => Some(sides.theirs.clone()),
            Settled::Base => Some(sides.base.clone()),
            Settled::Value(item) => Some(given_label(&conflict, item)?),
        })
    }

    /// The side that wins a label by where it comes from on both.
    async fn origin(&self, key: &[u8]) -> Result<Option<MergeSide>> {
        if !self.settlements.asks_origin() {
            return Ok(None);
        }
        self.need_theirs().await?;
        let objects = &self.repository.store.objects;
        let ours = tree::get(objects, &self.ours.provenance, key).await?;
        let theirs = tree::get(objects, &self.theirs.provenance, key).await?;
        let read = |value: Option<Bytes>| {
            value
                .map(|value| decode_provenance(key, &value))
                .transpose()
        };
        let (ours, theirs) = (read(ours)?, read(theirs)?);
        Ok(self
            .settlements
            .side(Some((ours.as_ref(), theirs.as_ref()))))
    }

    /// Where their label comes from, if their segments tell.
    async fn their_origin(&self, key: &[u8]) -> Result<Option<Option<Bytes>>> {
        let Some(rows) = &self.rows else {
            return Ok(None);
        };
        let [_, theirs] = &rows.provenance;
        let Ok(at) = theirs.binary_search_by(|edit| edit.key.as_slice().cmp(key)) else {
            return Ok(None);
        };
        let Some(held) = theirs[at].value.clone() else {
            return Ok(Some(None));
        };
        let value = tree::value(&self.repository.store.objects, key, held).await?;
        Ok(Some(Some(value)))
    }

    /// Where a label comes from, in the first of these versions that knows.
    async fn provenance_of(&self, key: &[u8], sides: &[&Commit]) -> Result<Option<Bytes>> {
        self.need_theirs().await?;
        for side in sides {
            let found = tree::get(&self.repository.store.objects, &side.provenance, key).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Sets a label on our side.
    fn push_label(&mut self, key: Vec<u8>, value: Option<Held>, provenance: Option<Bytes>) {
        self.result.changes.labels.push(LabelEdit {
            edit: Edit { key, value },
            provenance,
            confirmed: true,
        });
    }

    /// Labels that they only confirmed: the same label, now with another provenance.
    async fn take_provenance(&mut self) -> Result<()> {
        let objects = Arc::clone(&self.repository.store.objects);
        // Labels that are taken over bring their provenance already, in the order of their keys.
        let taken: Vec<Vec<u8>> = self
            .result
            .changes
            .labels
            .iter()
            .map(|label| label.edit.key.clone())
            .collect();
        let mut here = Finder::new(&objects, &self.ours.labels);
        let mut there = Finder::new(&objects, &self.theirs.labels);
        let mut pairs = self
            .pairs(|side| side.provenance, |rows| &rows.provenance)
            .await?;
        while let Some(pair) = pairs.next().await? {
            let (None, Some(theirs)) = pair else { continue };
            let Some(provenance) = theirs.new else {
                continue;
            };
            if taken.binary_search(&theirs.key).is_ok() {
                continue;
            }
            self.need_theirs().await?;
            let here = here.find(&theirs.key).await?;
            let there = there.find(&theirs.key).await?;
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
}
