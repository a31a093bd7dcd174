//! From rows to a commit: what is new against a base, and nothing else.
use annotation::{Item, Maker, Provenance};
use bytes::Bytes;
use dataset::{LabelRow, SampleKey};
use ids::Hash;
use interchange::Refusal;
use serde::Serialize;
use version_store::{Changes, CommitRequest, Lineage, RawRow, Repository, Version, label_bytes};

use crate::journal::End;
use crate::merge_base::Base;
use crate::record::{Fate, Labels, Record};
use crate::{Error, Reading, Result};

/// The layer of labels that come with imported data.
const LAYER: &str = "label";
/// The id of the item that holds an imported class.
const ITEM: &str = "class";

/// Who commits, when, and with which words.
#[derive(Debug, Clone)]
pub struct CommitInfo {
    /// Who imports: a name or an e-mail address.
    pub author: String,
    /// The commit's message.
    pub message: String,
    /// When, in milliseconds since 1970 UTC.
    pub time_ms: i64,
    /// The same as RFC 3339, for provenance.
    pub at: String,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ImportOutcome {
    /// The commit: a new one, or the base where nothing changed; `None` where there is neither.
    pub commit: Option<Hash>,
    /// Its tree.
    pub tree: Option<Hash>,
    /// Whether a commit was made.
    pub changed: bool,
    /// Samples in the source.
    pub samples: u64,
    /// Samples that are new in the dataset.
    pub added: u64,
    /// Samples that were there with other content.
    pub updated: u64,
    /// Samples that were there and are not in the source, removed by a mirroring import.
    pub removed: u64,
    /// Whether a mirroring import removed nothing because it could not read all of the source.
    pub not_mirrored: bool,
    /// Labels set.
    pub labels_set: u64,
    /// Labels of the source that were not taken because a person or a model labelled since.
    pub labels_kept: u64,
    /// Files and rows refused.
    pub refused: u64,
    /// The first of the refusals.
    pub refusals: Vec<Refusal>,
}

impl Reading {
    /// Commits what is new against `base`, the head of a branch, or everything where there is
    /// none. Moves no ref. Can be called again with another base.
    ///
    /// A label of the source replaces one that was imported, and never one that a person or a
    /// model made since: those are corrections.
    ///
    /// # Errors
    /// Where the store can't be read or written.
    pub async fn commit(
        &self,
        repository: &Repository,
        base: Option<Hash>,
        info: &CommitInfo,
    ) -> Result<ImportOutcome> {
        let version = match base {
            Some(base) => Some(repository.version(&base).await?),
            None => None,
        };
        let mut outcome = ImportOutcome {
            commit: base,
            tree: version.as_ref().map(Version::tree_hash),
            samples: self.progress.samples,
            refused: self.progress.refused,
            refusals: self.refused.clone(),
            not_mirrored: self.mirror && !self.remembered.is_whole,
            ..ImportOutcome::default()
        };
        if self.came_of(outcome.tree) {
            // What the store had lost was read again.
            repository.write_index(&self.unindexed).await?;
            return Ok(outcome);
        }
        let mut changes = self.changes(version.as_ref(), info, &mut outcome).await?;
        if changes.is_empty() {
            repository.write_index(&self.unindexed).await?;
        } else {
            changes.index(&self.unindexed);
            let made = repository
                .commit(CommitRequest {
                    parents: base.into_iter().collect(),
                    changes,
                    author: info.author.clone(),
                    message: info.message.clone(),
                    time_ms: info.time_ms,
                    lineage: Lineage {
                        sources: vec![self.source.clone()],
                        ..Lineage::default()
                    },
                })
                .await?;
            outcome.changed = made.changed;
            outcome.tree = Some(made.tree);
            outcome.commit = Some(made.commit);
        }
        self.remember(&outcome);
        Ok(outcome)
    }

    /// Whether `tree` is what an import of the same files made: then there is nothing to compare.
    fn came_of(&self, tree: Option<Hash>) -> bool {
        let before = self.remembered.before.as_ref();
        before.is_some_and(|end| Some(end.tree) == tree && (end.mirrored || !self.mirror))
    }

    /// Writes down what came of the import, unless the next one has more to say about it.
    fn remember(&self, outcome: &ImportOutcome) {
        let (Some(tree), Some(journal)) = (outcome.tree, self.remembered.journal.as_ref()) else {
            return;
        };
        if outcome.labels_kept == 0 && !outcome.not_mirrored {
            // What is not written down is found out again.
            let _ = journal.end(End {
                mirrored: self.mirror,
                records: self.rows.len(),
                tree,
            });
        }
    }

    async fn changes(
        &self,
        version: Option<&Version>,
        info: &CommitInfo,
        outcome: &mut ImportOutcome,
    ) -> Result<Changes> {
        let removes = self.mirror && self.remembered.is_whole;
        let mut base = Base::open(version, self.rows.len(), removes).await?;
        let mut work = Work {
            provenance: Provenance {
                made_by: Maker::Import {
                    source: self.source.clone(),
                },
                standard: None,
                at: info.at.clone(),
                annotation_id: None,
                prelabel: None,
                accepted_by: None,
            },
            outcome,
            changes: Changes::spilling(&self.scratch),
        };
        let mut rows = self.rows.read()?;
        while let Some(record) = rows.next()? {
            work.pass(&mut base, Some(&record.key), removes).await?;
            let before = base.find(&record.key).await?;
            work.add(record, before, version).await?;
            work.changes.make_room()?;
        }
        if removes {
            work.pass(&mut base, None, removes).await?;
        }
        Ok(work.changes)
    }
}

/// The changes so far.
struct Work<'a> {
    provenance: Provenance,
    outcome: &'a mut ImportOutcome,
    changes: Changes,
}

impl Work<'_> {
    /// Goes on in the base to a key or to the end; may remove the samples before it, which the source does
    /// not have.
    async fn pass(&mut self, base: &mut Base<'_>, key: Option<&str>, removes: bool) -> Result<()> {
        loop {
            let passed = base.pass(key).await?;
            if passed.is_empty() {
                return Ok(());
            }
            for key in passed.into_iter().filter(|_| removes) {
                let key = String::from_utf8(key);
                let key = key.map_err(|error| Error::Stopped(error.to_string()))?;
                self.changes.remove_sample(&sample_key(key)?);
                self.outcome.removed += 1;
            }
            self.changes.make_room()?;
        }
    }

    async fn add(
        &mut self,
        record: Record,
        before: Option<RawRow>,
        base: Option<&Version>,
    ) -> Result<()> {
        // A sample whose file is refused stays as it was.
        let Fate::Sample {
            value,
            blobs,
            labels,
        } = record.fate
        else {
            return Ok(());
        };
        let key = sample_key(record.key)?;
        let there = before.as_ref().map(|before| before.value.as_ref());
        match there {
            None => self.outcome.added += 1,
            // What was erased does not come back with the folder that it once came from.
            Some(None) => return Ok(()),
            Some(Some(there)) if *there != value => self.outcome.updated += 1,
            Some(Some(_)) => {}
        }
        if there.flatten() != Some(&value) {
            self.changes.upsert_raw(&key, value, &blobs);
        }
        let (layer, items) = match labels {
            Labels::None => return Ok(()),
            Labels::Class(class) => {
                let item = Item::classification(ITEM, LAYER, &class);
                (Some(LAYER), vec![item])
            }
            Labels::Items(items) => (None, items),
        };
        let wanted = items
            .into_iter()
            .map(|item| LabelRow::new(key.clone(), item));
        let wanted: Vec<LabelRow> = wanted.collect();
        let there = before.map_or_else(Vec::new, |before| in_layer(before, layer));
        if same(&wanted, &there)? {
            return Ok(());
        }
        if let (Some(base), false) = (base, there.is_empty()) {
            if !imported_only(&key, layer, base).await? {
                self.outcome.labels_kept += 1;
                return Ok(());
            }
            self.changes.replace_labels(&key, layer);
        }
        for row in &wanted {
            self.changes.set_label(row, &self.provenance)?;
            self.outcome.labels_set += 1;
        }
        Ok(())
    }
}

fn sample_key(key: String) -> Result<SampleKey> {
    SampleKey::new(key).map_err(|error| Error::Stopped(error.to_string()))
}

/// The labels of a row that are in a layer, or all of them.
fn in_layer(row: RawRow, layer: Option<&str>) -> Vec<(Vec<u8>, Bytes)> {
    let Some(layer) = layer else {
        return row.labels;
    };
    let prefix = [&row.key[..], b"\0", layer.as_bytes(), b"\0"].concat();
    let mut labels = row.labels;
    labels.retain(|(key, _)| key.starts_with(&prefix));
    labels
}

/// Whether these rows are the ones that are there.
fn same(wanted: &[LabelRow], there: &[(Vec<u8>, Bytes)]) -> Result<bool> {
    if wanted.len() != there.len() {
        return Ok(false);
    }
    let mut bytes = wanted
        .iter()
        .map(label_bytes)
        .collect::<version_store::Result<Vec<_>>>()?;
    bytes.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(bytes == there)
}

/// Whether every label of a sample, in a layer or in all, came with an import.
async fn imported_only(key: &SampleKey, layer: Option<&str>, base: &Version) -> Result<bool> {
    let labels = base.labels(key.as_str()).await?;
    let provenance = base.provenance(key.as_str()).await?;
    let counts = |label: &&LabelRow| layer.is_none_or(|layer| label.item.layer == layer);
    Ok(labels.iter().filter(counts).all(|label| {
        let name = label.key();
        provenance
            .iter()
            .any(|(key, made)| *key == name && matches!(made.made_by, Maker::Import { .. }))
    }))
}
