//! Walking the leaves of a tree from left to right, several at a time.

use std::ops::Range;
use std::sync::Arc;

use ids::Hash;

use super::{check_child, descend};
use crate::Result;
use crate::node::Node;
use crate::objects::Objects;

/// Leaves that follow each other under one node.
pub(super) struct Group {
    parent: Arc<Node>,
    rows: Range<usize>,
}

impl Group {
    /// Reads the leaves together.
    pub(super) async fn read(&self, objects: &Objects) -> Result<Vec<Arc<Node>>> {
        let leaves = objects.nodes_once(&self.hashes()).await?;
        self.check(&leaves)?;
        Ok(leaves)
    }

    /// As [`Group::read`], of leaves that may soon be asked for again.
    pub(super) async fn read_again(&self, objects: &Objects) -> Result<Vec<Arc<Node>>> {
        let leaves = objects.nodes(&self.hashes()).await?;
        self.check(&leaves)?;
        Ok(leaves)
    }

    fn hashes(&self) -> Vec<Hash> {
        let rows = self.rows.clone();
        rows.map(|row| self.parent.child(row).hash).collect()
    }

    fn check(&self, leaves: &[Arc<Node>]) -> Result<()> {
        for (leaf, row) in leaves.iter().zip(self.rows.clone()) {
            check_child(&self.parent, row, leaf)?;
        }
        Ok(())
    }
}

/// A position between two leaves.
pub(super) struct Groups {
    objects: Arc<Objects>,
    path: Vec<(Arc<Node>, usize)>,
}

impl Groups {
    /// Begins at the leaf that has the first row whose key is at or after `from`. A tree that is a
    /// single leaf has no groups: that leaf is the second part.
    pub(super) async fn start(
        objects: &Arc<Objects>,
        root: &Hash,
        from: &[u8],
    ) -> Result<(Self, Option<Arc<Node>>)> {
        let mut groups = Self {
            objects: Arc::clone(objects),
            path: Vec::new(),
        };
        let mut node = objects.node(root).await?;
        while node.level > 0 {
            let row = node.lower_bound(from);
            if row == node.len() {
                return Ok((groups, None));
            }
            if node.level == 1 {
                groups.path.push((node, row));
                return Ok((groups, None));
            }
            let child = descend(objects, &node, row).await?;
            groups.path.push((node, row + 1));
            node = child;
        }
        Ok((groups, Some(node)))
    }

    /// The next leaves, at most so many.
    pub(super) async fn next(&mut self, leaves: usize) -> Result<Option<Group>> {
        while let Some((node, row)) = self.path.pop() {
            if row == node.len() {
                continue;
            }
            if node.level == 1 {
                let rows = row..node.len().min(row.saturating_add(leaves));
                self.path.push((Arc::clone(&node), rows.end));
                return Ok(Some(Group { parent: node, rows }));
            }
            let child = descend(&self.objects, &node, row).await?;
            self.path.push((node, row + 1));
            self.path.push((child, 0));
        }
        Ok(None)
    }
}
