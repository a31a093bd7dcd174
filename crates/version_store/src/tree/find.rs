//! Looking up rows of a tree in key order: each node on the way is read once.

use ids::Hash;

use super::{Leaves, descend_with, warm};
use crate::Result;
use crate::held::Held;
use crate::node::Node;
use crate::objects::Objects;
use crate::overlay::NamedNode;

/// A way from the root to the leaf where the last row was looked for.
pub(crate) struct Finder<'a> {
    objects: &'a Objects,
    root: Hash,
    path: Vec<NamedNode>,
    /// Leaves that were read together.
    leaves: Leaves,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(objects: &'a Objects, root: &Hash) -> Self {
        Self {
            objects,
            root: *root,
            path: Vec::new(),
            leaves: Leaves::new(),
        }
    }

    /// Reads together what leads to these keys, which are sorted and looked for next.
    pub(crate) async fn warm(&mut self, keys: &[&[u8]]) -> Result<()> {
        self.leaves = warm(self.objects, &self.root, keys, &mut Leaves::new()).await?;
        Ok(())
    }

    /// The leaf in which the last row was looked for.
    pub(crate) fn leaf(&self) -> Option<&NamedNode> {
        self.path.last().filter(|(_, node)| node.level == 0)
    }

    /// What the tree holds for `key`; `None` if there is no such row. Keys must not come in
    /// descending order.
    pub(crate) async fn find(&mut self, key: &[u8]) -> Result<Option<Held>> {
        let found = self.seek(key).await?;
        Ok(found.and_then(|(leaf, row)| (leaf.key(row) == key).then(|| leaf.held(row))))
    }

    /// The first row whose key is at or after `key`.
    pub(crate) async fn at_or_after(&mut self, key: &[u8]) -> Result<Option<(Vec<u8>, Held)>> {
        let found = self.seek(key).await?;
        Ok(found.map(|(leaf, row)| (leaf.key(row).to_vec(), leaf.held(row))))
    }

    /// Goes to the first row whose key is at or after `key`.
    async fn seek(&mut self, key: &[u8]) -> Result<Option<(&Node, usize)>> {
        if self.path.is_empty() {
            let root = self.objects.node(&self.root).await?;
            self.path.push((self.root, root));
        }
        let ends_before = |node: &Node| node.last_key().is_none_or(|last| last < key);
        while self.path.len() > 1 && self.path.last().is_some_and(|(_, node)| ends_before(node)) {
            self.path.pop();
        }
        while let Some((_, node)) = self.path.last() {
            let row = node.lower_bound(key);
            if row == node.len() {
                return Ok(None);
            }
            if node.level == 0 {
                break;
            }
            let below = descend_with(self.objects, node, row, &self.leaves).await?;
            let name = node.child(row).hash;
            self.path.push((name, below));
        }
        Ok(self
            .path
            .last()
            .map(|(_, leaf)| (leaf.as_ref(), leaf.lower_bound(key))))
    }
}
