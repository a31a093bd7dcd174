//! What a commit of a project's annotations changes.

use std::collections::BTreeSet;

use dataset::LabelRow;
use ids::Hash;
use uuid::Uuid;
use version_store::{Changes, Version};

use super::accepted::{self, Accepted};
use super::label_rows::{LayerRule, rows_of};
use crate::attempt::Attempt;
use crate::failure::Result;

/// At most so many samples that are gone are named in the log.
const NAMED: u64 = 20;

/// The changes, and what they were made from.
#[derive(Default)]
pub(crate) struct Gathered {
    /// Label rows, each with its provenance.
    pub changes: Changes,
    /// Annotations among them.
    pub annotations: i32,
    /// Annotations of samples that the branch does not have any more.
    pub without_sample: u64,
    /// Standard versions they were made under.
    pub standards: BTreeSet<Hash>,
    /// Model versions that pre-labelled them.
    pub models: BTreeSet<Hash>,
}

/// The two versions that say what is new.
pub(crate) struct Against {
    /// What the commit is made on.
    pub head: Version,
    /// What the project committed to the branch last.
    pub last: Option<Version>,
}

/// Collects what is accepted and not in the project's last commit.
pub(crate) async fn gather(
    attempt: &Attempt,
    project_id: Uuid,
    layers: &[LayerRule],
    against: &Against,
) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    let (mut after, mut seen) = (0, 0);
    loop {
        let page = accepted::page(attempt.database(), project_id, after).await?;
        let Some(last_seq) = page.last_seq else { break };
        after = last_seq;
        for item in page.items {
            seen += 1;
            let rows = rows_of(&item.key, &item.result, layers);
            if is_committed(against, &item, &rows, layers).await? {
                continue;
            }
            if against.head.sample(item.key.as_str()).await?.is_none() {
                gathered.without_sample += 1;
                if gathered.without_sample <= NAMED {
                    let text = format!("{}: the branch has no such sample", item.key);
                    attempt.warning(&text).await?;
                }
                continue;
            }
            gathered.add(&item, &rows, layers)?;
        }
        let message = format!("{} new of {seen} accepted", gathered.annotations);
        attempt.progress(seen, None, &message).await?;
    }
    Ok(gathered)
}

impl Gathered {
    fn add(&mut self, item: &Accepted, rows: &[LabelRow], layers: &[LayerRule]) -> Result<()> {
        for layer in layers {
            self.changes.replace_labels(&item.key, Some(&layer.name));
        }
        for row in rows {
            self.changes.confirm_label(row, &item.provenance)?;
        }
        self.annotations += 1;
        self.standards.extend(item.provenance.standard);
        self.models.extend(
            item.provenance
                .prelabel
                .as_ref()
                .map(|made| made.model_version),
        );
        Ok(())
    }
}

/// Whether the project's last commit holds the annotation already. One without items leaves no row
/// that could name it; it is there when its layers are empty.
async fn is_committed(
    against: &Against,
    item: &Accepted,
    rows: &[LabelRow],
    layers: &[LayerRule],
) -> Result<bool> {
    let Some(last) = &against.last else {
        return Ok(false);
    };
    if rows.is_empty() {
        let standing = last.labels(item.key.as_str()).await?;
        return Ok(standing
            .iter()
            .all(|row| layers.iter().all(|layer| layer.name != row.item.layer)));
    }
    let made = last.provenance(item.key.as_str()).await?;
    Ok(made
        .iter()
        .any(|(_, made)| made.annotation_id == item.provenance.annotation_id))
}
