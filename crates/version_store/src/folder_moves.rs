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
/// Names that are tried for a folder on its way into or out of itself.
const MAX_NAMES_TRIED: u32 = 1 << 12;

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
    /// The same moves, but those into a folder's own inside or out of it as two, over a name that is free: in
    /// each single one the two folders lie apart.
    ///
    /// # Errors
    /// [`Error::InvalidChange`] when no short name is free.
    pub(crate) async fn apart(
        &self,
        roots: &Roots,
        moves: Vec<FolderMove>,
    ) -> Result<Vec<FolderMove>> {
        if !moves.iter().any(FolderMove::is_nested) {
            return Ok(moves);
        }
        let taken: Vec<String> = moves
            .iter()
            .flat_map(|folder| [folder.from.clone(), folder.to.clone()])
            .collect();
        let mut apart = Vec::with_capacity(moves.len() + 1);
        for folder in moves {
            if !folder.is_nested() {
                apart.push(folder);
                continue;
            }
            let between = self.free_folder(roots, &folder, &taken).await?;
            apart.push(FolderMove {
                from: folder.from,
                to: between.clone(),
            });
            apart.push(FolderMove {
                from: between,
                to: folder.to,
            });
        }
        Ok(apart)
    }

    /// A name that no folder has, none of `taken` begins with, and that makes no key longer than the move does.
    async fn free_folder(
        &self,
        roots: &Roots,
        folder: &FolderMove,
        taken: &[String],
    ) -> Result<String> {
        let longest = folder.from.len().max(folder.to.len());
        for number in 0..MAX_NAMES_TRIED {
            let name = format!("{number:x}/");
            if name.len() > longest {
                break;
            }
            if taken.iter().any(|taken| taken.starts_with(&name)) {
                continue;
            }
            let mut finder = Finder::new(self, &roots.samples);
            let next = finder.at_or_after(name.as_bytes()).await?;
            if next.is_none_or(|(key, _)| !key.starts_with(name.as_bytes())) {
                return Ok(name);
            }
        }
        Err(folder.refused("move it to another place first, and from there to this one"))
    }

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
        folder.check_names().map(|()| folder)
    }

    /// Whether one of the two folders lies in the other.
    fn is_nested(&self) -> bool {
        self.from.starts_with(&self.to) || self.to.starts_with(&self.from)
    }

    fn check_names(&self) -> Result<()> {
        for name in [&self.from, &self.to] {
            let named = name.strip_suffix('/').unwrap_or_default();
            if dataset::SampleKey::new(named).is_err() {
                return Err(self.refused("a folder is named as samples are"));
            }
        }
        if self.from == self.to {
            return Err(self.refused("that is its name"));
        }
        Ok(())
    }

    /// Checks a move of a stored segment: its folders lie apart.
    fn check(&self) -> Result<()> {
        self.check_names()?;
        if self.is_nested() {
            return Err(self.refused("one of the two folders lies in the other"));
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
