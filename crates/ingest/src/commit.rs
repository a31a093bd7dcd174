//! From rows to a commit: what is new against a base, and nothing else.
use annotation::{Item, Maker, Provenance};
use dataset::{LabelRow, SampleKey};
use ids::Hash;
use interchange::Refusal;
use serde::Serialize;
use version_store::{Changes, CommitRequest, Lineage, Repository, Version};

use crate::read::Row;
use crate::{Reading, Result};

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
            samples: self.rows.len() as u64,
            refused: self.progress.refused,
            refusals: self.refused.clone(),
            ..ImportOutcome::default()
        };
        let mut work = Work {
            at: &info.at,
            source: &self.source,
            outcome: &mut outcome,
            changes: Changes::default(),
        };
        for row in &self.rows {
            work.add(row, version.as_ref()).await?;
        }
        let changes = work.changes;
        if changes.is_empty() {
            return Ok(outcome);
        }
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
        Ok(outcome)
    }
}

/// The changes so far.
struct Work<'a> {
    at: &'a str,
    source: &'a str,
    outcome: &'a mut ImportOutcome,
    changes: Changes,
}

impl Work<'_> {
    async fn add(&mut self, row: &Row, base: Option<&Version>) -> Result<()> {
        let key = &row.sample.key;
        let before = match base {
            Some(base) => base.stored_sample(key.as_str()).await?,
            None => None,
        };
        match &before {
            None => self.outcome.added += 1,
            Some(before) if *before != row.sample => self.outcome.updated += 1,
            Some(_) => {}
        }
        if before.as_ref() != Some(&row.sample) {
            self.changes.upsert_sample(&row.sample)?;
        }
        let Some(class) = &row.label else {
            return Ok(());
        };
        let base = base.filter(|_| before.is_some());
        let Some(base) = base else {
            return self.set(key, class);
        };
        let labels: Vec<LabelRow> = base
            .labels(key.as_str())
            .await?
            .into_iter()
            .filter(|label| label.item.layer == LAYER)
            .collect();
        let wanted = LabelRow::new(key.clone(), Item::classification(ITEM, LAYER, class));
        if labels == [wanted] {
            return Ok(());
        }
        if !self.imported_only(key, &labels, base).await? {
            self.outcome.labels_kept += 1;
            return Ok(());
        }
        self.changes.replace_labels(key, Some(LAYER));
        self.set(key, class)
    }

    fn set(&mut self, key: &SampleKey, class: &str) -> Result<()> {
        let row = LabelRow::new(key.clone(), Item::classification(ITEM, LAYER, class));
        let provenance = Provenance {
            made_by: Maker::Import {
                source: self.source.to_owned(),
            },
            standard: None,
            at: self.at.to_owned(),
            annotation_id: None,
            prelabel: None,
            accepted_by: None,
        };
        self.changes.set_label(&row, &provenance)?;
        self.outcome.labels_set += 1;
        Ok(())
    }

    /// Whether every one of `labels` came with an import.
    async fn imported_only(
        &self,
        key: &SampleKey,
        labels: &[LabelRow],
        base: &Version,
    ) -> Result<bool> {
        if labels.is_empty() {
            return Ok(true);
        }
        let provenance = base.provenance(key.as_str()).await?;
        Ok(labels.iter().all(|label| {
            let name = label.key();
            provenance
                .iter()
                .any(|(key, made)| *key == name && matches!(made.made_by, Maker::Import { .. }))
        }))
    }
}
