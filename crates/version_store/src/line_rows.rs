//! What a line of commits changed, read from its change segments instead of its trees.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use futures::{StreamExt, TryStreamExt};
use ids::Hash;

use crate::Result;
use crate::commit::Roots;
use crate::held::Held;
use crate::objects::Objects;
use crate::overlay::PARALLEL_SEGMENTS;
use crate::segment::RowEdits;
use crate::tree::{Edit, Finder, WARM_KEYS};

/// Longer lines are compared by their trees.
const MAX_COMMITS: usize = 64;
/// So are lines that changed more: all of it is held in memory.
const MAX_ROWS: usize = 1 << 17;

/// What became of a row since the base.
struct Latest {
    value: Option<Held>,
    /// Whether it was changed more than once, and so may be as it was.
    again: bool,
}

impl Objects {
    /// The rows that differ between `base`, whose nodes can be read, and `head`; `None` where the
    /// segments between the two do not tell: `base` is not behind `head` by first parents, some
    /// commit has no segment, folders moved, or there is too much of it.
    pub(crate) async fn rows_since(
        &self,
        base: &Hash,
        roots: &Roots,
        head: &Hash,
    ) -> Result<Option<RowEdits>> {
        let lowest = self.commit(base).await?.generation;
        let mut names = Vec::new();
        let mut at = *head;
        while at != *base {
            let commit = self.commit(&at).await?;
            let (Some(name), Some(parent)) = (commit.changes, commit.parents.first()) else {
                return Ok(None);
            };
            if commit.generation <= lowest || names.len() == MAX_COMMITS {
                return Ok(None);
            }
            names.push(name);
            at = *parent;
        }
        names.reverse();
        let mut read = std::pin::pin!(
            futures::stream::iter(names)
                .map(|name| async move { self.segment(&name).await })
                .buffered(PARALLEL_SEGMENTS)
        );
        let (mut lines, mut rows) = (Vec::new(), 0);
        while let Some(segment) = read.try_next().await? {
            rows += segment.rows.len();
            if rows > MAX_ROWS || !segment.moves.is_empty() {
                return Ok(None);
            }
            lines.push(segment.rows);
        }
        self.joined(roots, lines).await.map(Some)
    }

    /// Edits that follow each other as one, without those that lead back to where they began.
    async fn joined(&self, base: &Roots, mut lines: Vec<RowEdits>) -> Result<RowEdits> {
        if lines.len() <= 1 {
            return Ok(lines.pop().unwrap_or_default());
        }
        let mut trees: [Vec<Vec<Edit>>; 3] = Default::default();
        for mut rows in lines {
            for (tree, edits) in trees.iter_mut().zip(rows.trees_mut()) {
                tree.push(std::mem::take(edits));
            }
        }
        let [samples, labels, provenance] = trees;
        Ok(RowEdits {
            samples: self.latest(&base.samples, samples).await?,
            labels: self.latest(&base.labels, labels).await?,
            provenance: self.latest(&base.provenance, provenance).await?,
        })
    }

    async fn latest(&self, root: &Hash, lines: Vec<Vec<Edit>>) -> Result<Vec<Edit>> {
        let mut rows: BTreeMap<Vec<u8>, Latest> = BTreeMap::new();
        for edit in lines.into_iter().flatten() {
            let (value, again) = (edit.value, false);
            match rows.entry(edit.key) {
                Entry::Vacant(entry) => _ = entry.insert(Latest { value, again }),
                Entry::Occupied(mut entry) => {
                    let again = true;
                    entry.insert(Latest { value, again });
                }
            }
        }
        let again = rows.iter().filter(|(_, row)| row.again);
        let again: Vec<&[u8]> = again.map(|(key, _)| key.as_slice()).collect();
        let mut before = self.find_rows(root, &again).await?.into_iter();
        rows.retain(|_, row| {
            if !row.again {
                return true;
            }
            let before = before.next().flatten().map(|held| held.hash());
            before != row.value.as_ref().map(Held::hash)
        });
        let rows = rows.into_iter();
        Ok(rows
            .map(|(key, row)| Edit {
                key,
                value: row.value,
            })
            .collect())
    }

    /// What a tree holds for sorted keys, in their order.
    pub(crate) async fn find_rows(&self, root: &Hash, keys: &[&[u8]]) -> Result<Vec<Option<Held>>> {
        let mut finder = Finder::new(self, root);
        let mut found = Vec::with_capacity(keys.len());
        for keys in keys.chunks(WARM_KEYS) {
            finder.warm(keys).await?;
            for key in keys {
                found.push(finder.find(key).await?);
            }
        }
        Ok(found)
    }
}
