//! Reading a tree in key order, row by row.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;
use tokio::task::JoinHandle;

use super::groups::Groups;
use super::value;
use crate::held::Held;
use crate::node::Node;
use crate::objects::Objects;
use crate::{Error, Result};

type Leaves = Result<Vec<Arc<Node>>>;

/// Leaves that are read together, those under one node at the most.
const LEAVES_AT_ONCE: usize = 64;

/// A position between two rows. Some leaves are read together, and the next ones while the caller
/// works on these.
pub(crate) struct Scan {
    objects: Arc<Objects>,
    groups: Groups,
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
        let (groups, only_leaf) = Groups::start(objects, root, from).await?;
        let row = only_leaf.as_ref().map_or(0, |leaf| leaf.lower_bound(from));
        Ok(Self {
            objects: Arc::clone(objects),
            groups,
            coming: None,
            leaves: only_leaf.into_iter().collect(),
            row,
            from: from.to_vec(),
            near: false,
        })
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
        if self.near {
            let Some(group) = self.groups.next(1).await? else {
                return Ok(false);
            };
            // Whoever wants a few rows may want them again.
            self.leaves.extend(group.read_again(&self.objects).await?);
            return Ok(true);
        }
        if self.coming.is_none() {
            self.coming = self.read_ahead().await?;
        }
        let Some(coming) = self.coming.take() else {
            return Ok(false);
        };
        let leaves = coming
            .await
            .map_err(|error| Error::damaged("a scan", error.to_string()))??;
        self.leaves = leaves.into();
        self.coming = self.read_ahead().await?;
        Ok(true)
    }

    async fn read_ahead(&mut self) -> Result<Option<JoinHandle<Leaves>>> {
        let group = self.groups.next(LEAVES_AT_ONCE).await?;
        let objects = Arc::clone(&self.objects);
        Ok(group.map(|group| tokio::spawn(async move { group.read(&objects).await })))
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
