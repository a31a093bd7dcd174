//! Reading a tree in key order, a leaf at a time.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;
use tokio::task::JoinHandle;

use super::{check_child, descend, value};
use crate::held::Held;
use crate::node::Node;
use crate::objects::Objects;
use crate::{Error, Result};

type Leaves = Result<Vec<Arc<Node>>>;

/// A position between two rows. The leaves under one inner node are read together, and those
/// under the next one while the caller works on these.
pub(crate) struct Scan {
    objects: Arc<Objects>,
    path: Vec<(Arc<Node>, usize)>,
    coming: Option<JoinHandle<Leaves>>,
    leaves: VecDeque<Arc<Node>>,
    row: usize,
    from: Vec<u8>,
    near: bool,
}

impl Scan {
    /// As [`Scan::start`], for a caller who wants a few rows: reads one leaf at a time.
    pub(crate) async fn near(objects: &Arc<Objects>, root: &Hash, from: &[u8]) -> Result<Self> {
        let mut scan = Self::start(objects, root, from).await?;
        scan.near = true;
        Ok(scan)
    }

    /// Begins at the first row whose key is at or after `from`.
    pub(crate) async fn start(objects: &Arc<Objects>, root: &Hash, from: &[u8]) -> Result<Self> {
        let mut scan = Self {
            objects: Arc::clone(objects),
            path: Vec::new(),
            coming: None,
            leaves: VecDeque::new(),
            row: 0,
            from: from.to_vec(),
            near: false,
        };
        let mut node = objects.node(root).await?;
        while node.level > 0 {
            let row = node.lower_bound(from);
            if row == node.len() {
                return Ok(scan);
            }
            if node.level == 1 {
                scan.path.push((node, row));
                return Ok(scan);
            }
            let child = descend(objects, &node, row).await?;
            scan.path.push((node, row + 1));
            node = child;
        }
        scan.row = node.lower_bound(from);
        scan.leaves.push_back(node);
        Ok(scan)
    }

    /// The next row: its key and what the leaf holds for it.
    pub(crate) async fn next(&mut self) -> Result<Option<Row>> {
        loop {
            if let Some(leaf) = self.leaves.front() {
                if self.row < leaf.len() {
                    let row = Row {
                        leaf: Arc::clone(leaf),
                        row: self.row,
                    };
                    self.row += 1;
                    return Ok(Some(row));
                }
                self.leaves.pop_front();
                self.row = 0;
            }
            if self.leaves.is_empty() && !self.load().await? {
                return Ok(None);
            }
            // Only the very first leaf can begin before the wanted key.
            if let (Some(leaf), false) = (self.leaves.front(), self.from.is_empty()) {
                self.row = leaf.lower_bound(&self.from);
                self.from.clear();
            }
        }
    }

    async fn load(&mut self) -> Result<bool> {
        let coming = match self.coming.take() {
            Some(coming) => coming,
            None => match self.next_group().await? {
                Some((parent, row)) if self.near => {
                    let leaf = descend(&self.objects, &parent, row).await?;
                    if row + 1 < parent.len() {
                        self.path.push((parent, row + 1));
                    }
                    self.leaves.push_back(leaf);
                    return Ok(true);
                }
                Some((parent, row)) => self.read_ahead(parent, row),
                None => return Ok(false),
            },
        };
        let leaves = coming
            .await
            .map_err(|error| Error::damaged("a scan", error.to_string()))??;
        self.leaves = leaves.into();
        if !self.near {
            self.coming = self
                .next_group()
                .await?
                .map(|(parent, row)| self.read_ahead(parent, row));
        }
        Ok(true)
    }

    fn read_ahead(&self, parent: Arc<Node>, row: usize) -> JoinHandle<Leaves> {
        let objects = Arc::clone(&self.objects);
        tokio::spawn(async move {
            let hashes: Vec<Hash> = (row..parent.len())
                .map(|row| parent.child(row).hash)
                .collect();
            let leaves = objects.nodes(&hashes).await?;
            for (leaf, row) in leaves.iter().zip(row..) {
                check_child(&parent, row, leaf)?;
            }
            Ok(leaves)
        })
    }

    /// The next node of level 1 whose leaves were not read, and the first of them to read.
    async fn next_group(&mut self) -> Result<Option<(Arc<Node>, usize)>> {
        while let Some((node, row)) = self.path.pop() {
            if node.level == 1 {
                return Ok(Some((node, row)));
            }
            if row < node.len() {
                let child = descend(&self.objects, &node, row).await?;
                self.path.push((node, row + 1));
                self.path.push((child, 0));
            }
        }
        Ok(None)
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        if let Some(coming) = &self.coming {
            coming.abort();
        }
    }
}

/// A row of a leaf, without a copy.
pub(crate) struct Row {
    leaf: Arc<Node>,
    row: usize,
}

impl Row {
    pub(crate) fn key(&self) -> &[u8] {
        self.leaf.key(self.row)
    }

    /// What the leaf holds.
    pub(crate) fn held(&self) -> Held {
        self.leaf.held(self.row)
    }

    /// The value; `None`: it was erased.
    pub(crate) async fn value(&self, objects: &Objects) -> Result<Option<Bytes>> {
        match self.held() {
            Held::Erased(_) => Ok(None),
            held => value(objects, self.key(), held).await.map(Some),
        }
    }
}
