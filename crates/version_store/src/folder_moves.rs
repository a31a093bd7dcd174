//! Giving a folder another name: every sample beneath it, with its labels and their provenance.

use ids::Hash;

use crate::commit::Roots;
use crate::node::MAX_KEY_BYTES;
use crate::objects::Objects;
use crate::overlay::NamedNode;
use crate::segment::{FolderMove, RowEdits};
use crate::tree::{Edit, Finder};
use crate::{Error, Result};

/// Rows that are changed at once; more would only take memory.
const BATCH_ROWS: usize = 1 << 16;

/// Which of the three trees.
#[derive(Clone, Copy)]
enum Tree {
    Samples,
    Labels,
    Provenance,
}

impl Tree {
    fn root(self, roots: &Roots) -> &Hash {
        match self {
            Self::Samples => &roots.samples,
            Self::Labels => &roots.labels,
            Self::Provenance => &roots.provenance,
        }
    }

    const fn max_key_bytes(self) -> usize {
        match self {
            Self::Samples => dataset::SampleKey::MAX_BYTES,
            Self::Labels | Self::Provenance => MAX_KEY_BYTES,
        }
    }

    fn edits(self, edits: Vec<Edit>) -> RowEdits {
        let mut rows = RowEdits::default();
        match self {
            Self::Samples => rows.samples = edits,
            Self::Labels => rows.labels = edits,
            Self::Provenance => rows.provenance = edits,
        }
        rows
    }
}

impl Objects {
    /// Moves folders, one after another, in memory: `nodes` holds what is new. The new roots, and
    /// how many rows of all three trees have another key now.
    ///
    /// # Errors
    /// [`Error::InvalidChange`] when there is nothing to move, or something stands where it goes.
    pub(crate) async fn move_folders(
        &self,
        mut roots: Roots,
        moves: &[FolderMove],
        nodes: &mut Vec<NamedNode>,
    ) -> Result<(Roots, u64)> {
        let mut rows = 0;
        for folder in moves {
            folder.check()?;
            for tree in [Tree::Samples, Tree::Labels, Tree::Provenance] {
                let (new, moved) = self.move_rows(roots, tree, folder, nodes).await?;
                if moved == 0 && matches!(tree, Tree::Samples) {
                    return Err(folder.refused("there is no sample in this folder"));
                }
                roots = new;
                rows += moved;
            }
        }
        Ok((roots, rows))
    }

    async fn move_rows(
        &self,
        old: Roots,
        tree: Tree,
        folder: &FolderMove,
        nodes: &mut Vec<NamedNode>,
    ) -> Result<(Roots, u64)> {
        let (from, to) = (folder.from.as_bytes(), folder.to.as_bytes());
        let mut there = Finder::new(self, tree.root(&old));
        let mut taken = Finder::new(self, tree.root(&old));
        let (mut roots, mut moved) = (old, 0);
        let mut next = there.at_or_after(from).await?;
        while next.is_some() {
            let (mut removed, mut added) = (Vec::new(), Vec::new());
            while let Some((key, held)) = next.take_if(|_| removed.len() < BATCH_ROWS) {
                let Some(rest) = key.strip_prefix(from) else {
                    break;
                };
                let renamed = [to, rest].concat();
                if renamed.len() > tree.max_key_bytes() {
                    return Err(folder.refused("a key in it would be too long"));
                }
                if taken.find(&renamed).await?.is_some() {
                    return Err(folder.refused("something stands where it would go"));
                }
                added.push(Edit {
                    key: renamed,
                    value: Some(held),
                });
                // The next key after this one begins with it and goes on, or comes later.
                next = there.at_or_after(&[key.as_slice(), &[0]].concat()).await?;
                removed.push(Edit { key, value: None });
            }
            moved += added.len() as u64;
            // The two folders lie apart, so either all that is added comes first or all that goes.
            let edits = match from < to {
                true => [removed, added],
                false => [added, removed],
            };
            if moved == 0 || edits[0].is_empty() {
                break;
            }
            roots = self
                .apply_rows(roots, tree.edits(edits.concat()), nodes)
                .await?;
        }
        Ok((roots, moved))
    }
}

impl FolderMove {
    /// A move, with both names ending in `/`.
    pub(crate) fn new(from: &str, to: &str) -> Result<Self> {
        let folder = |name: &str| format!("{}/", name.trim_end_matches('/'));
        let folder = Self {
            from: folder(from),
            to: folder(to),
        };
        folder.check().map(|()| folder)
    }

    fn check(&self) -> Result<()> {
        for name in [&self.from, &self.to] {
            let named = name.strip_suffix('/').unwrap_or_default();
            if dataset::SampleKey::new(named).is_err() {
                return Err(self.refused("a folder is named as samples are"));
            }
        }
        if self.from.starts_with(&self.to) || self.to.starts_with(&self.from) {
            return Err(self.refused("a folder can't move into itself or one that holds it"));
        }
        Ok(())
    }

    fn refused(&self, reason: &str) -> Error {
        Error::InvalidChange {
            key: self.from.clone(),
            reason: format!("it can't move to {:?}: {reason}", self.to),
        }
    }
}
