//! What differs between two trees; subtrees with the same hash are never read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;

use super::{descend, value};
use crate::held::Held;
use crate::node::Node;
use crate::objects::Objects;
use crate::{Error, Result};

/// What is read ahead must stay in memory until it is walked.
const READ_AHEAD_NODES: usize = 2048;

/// A row that differs. Equal rows are not mentioned, so at least one side is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowChange {
    pub(crate) key: Vec<u8>,
    pub(crate) old: Option<RowValue>,
    pub(crate) new: Option<RowValue>,
}

/// The value of a row that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowValue {
    Known(Bytes),
    /// It was erased; its hash is all there is.
    Erased(Hash),
}

impl RowValue {
    /// What a row that holds this has.
    pub(crate) async fn of(objects: &Objects, key: &[u8], held: Held) -> Result<Self> {
        match held {
            Held::Erased(hash) => Ok(Self::Erased(hash)),
            held => value(objects, key, held).await.map(Self::Known),
        }
    }

    /// The value, unless it was erased.
    pub(crate) fn known(&self) -> Option<&Bytes> {
        match self {
            Self::Known(value) => Some(value),
            Self::Erased(_) => None,
        }
    }

    /// The value of the row `key`.
    ///
    /// # Errors
    /// [`Error::Erased`].
    pub(crate) fn into_known(self, key: &[u8]) -> Result<Bytes> {
        match self {
            Self::Known(value) => Ok(value),
            Self::Erased(_) => Err(Error::erased(key)),
        }
    }

    /// What a row that is set to this holds.
    pub(crate) fn into_held(self) -> Held {
        match self {
            Self::Known(value) => Held::Value(value),
            Self::Erased(hash) => Held::Erased(hash),
        }
    }
}

/// Walks two trees side by side.
pub(crate) struct TreeDiff {
    objects: Arc<Objects>,
    old: Side,
    new: Side,
}

struct Side {
    path: Vec<(Arc<Node>, usize)>,
}

enum Step {
    Done,
    DescendOld,
    DescendNew,
    DescendBoth,
    SkipBoth,
    Removed,
    Added,
    Changed,
}

impl TreeDiff {
    /// Begins at the first row whose key is at or after `from`.
    pub(crate) async fn start(
        objects: &Arc<Objects>,
        old: &Hash,
        new: &Hash,
        from: &[u8],
    ) -> Result<Self> {
        let objects = Arc::clone(objects);
        if old == new {
            return Ok(Self {
                objects,
                old: Side { path: Vec::new() },
                new: Side { path: Vec::new() },
            });
        }
        let old = Side::start(&objects, old, from).await?;
        let new = Side::start(&objects, new, from).await?;
        Ok(Self { objects, old, new })
    }

    /// The next row that differs, in key order.
    pub(crate) async fn next(&mut self) -> Result<Option<RowChange>> {
        loop {
            match self.step() {
                Step::Done => return Ok(None),
                Step::DescendOld => self.old.descend(&self.objects).await?,
                Step::DescendNew => self.new.descend(&self.objects).await?,
                Step::DescendBoth => {
                    let objects = &self.objects;
                    futures::try_join!(self.old.descend(objects), self.new.descend(objects))?;
                    if let (Some((old, _)), Some((new, _))) = (self.old.here(), self.new.here()) {
                        read_ahead(objects, old, new).await?;
                    }
                }
                Step::SkipBoth => {
                    self.old.skip();
                    self.new.skip();
                }
                Step::Removed => {
                    let (key, old) = self.old.take(&self.objects).await?;
                    return Ok(Some(RowChange {
                        key,
                        old: Some(old),
                        new: None,
                    }));
                }
                Step::Added => {
                    let (key, new) = self.new.take(&self.objects).await?;
                    return Ok(Some(RowChange {
                        key,
                        old: None,
                        new: Some(new),
                    }));
                }
                Step::Changed => {
                    let (key, old) = self.old.take(&self.objects).await?;
                    let (_, new) = self.new.take(&self.objects).await?;
                    return Ok(Some(RowChange {
                        key,
                        old: Some(old),
                        new: Some(new),
                    }));
                }
            }
        }
    }

    fn step(&mut self) -> Step {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let (Some((old, old_row)), Some((new, new_row))) = (self.old.here(), self.new.here())
        else {
            return match (self.old.here(), self.new.here()) {
                (Some((old, _)), _) if old.level > 0 => Step::DescendOld,
                (Some(_), _) => Step::Removed,
                (_, Some((new, _))) if new.level > 0 => Step::DescendNew,
                (_, Some(_)) => Step::Added,
                (None, None) => Step::Done,
            };
        };
        let by_key = old.key(old_row).cmp(new.key(new_row));
        match (old.level.cmp(&new.level), old.level) {
            (Greater, _) => Step::DescendOld,
            (Less, _) => Step::DescendNew,
            (Equal, 0) => match by_key {
                Less => Step::Removed,
                Greater => Step::Added,
                Equal if old.row_hash(old_row) == new.row_hash(new_row) => Step::SkipBoth,
                Equal => Step::Changed,
            },
            (Equal, _) => match by_key {
                Equal if old.child(old_row) == new.child(new_row) => Step::SkipBoth,
                Equal => Step::DescendBoth,
                Less => Step::DescendOld,
                Greater => Step::DescendNew,
            },
        }
    }
}

/// Reads what differs beneath two nodes together, before it is walked one by one.
async fn read_ahead(objects: &Objects, old: Arc<Node>, new: Arc<Node>) -> Result<()> {
    let mut pairs = vec![(old, new)];
    loop {
        pairs.retain(|(old, new)| old.level > 0 && old.level == new.level);
        let mut wanted = Vec::new();
        for (old, new) in &pairs {
            let (before, after) = (children(old), children(new));
            wanted.extend(before.symmetric_difference(&after).copied());
        }
        if wanted.len() < 3 || wanted.len() > READ_AHEAD_NODES {
            return Ok(());
        }
        let nodes = objects.nodes(&wanted).await?;
        // Nodes with the same last key stand in each other's place.
        let mut by_key: HashMap<Vec<u8>, Arc<Node>> = HashMap::new();
        pairs.clear();
        for node in nodes {
            let Some(key) = node.last_key() else { continue };
            match by_key.remove(key) {
                Some(other) => pairs.push((other, node)),
                None => _ = by_key.insert(key.to_vec(), node),
            }
        }
    }
}

fn children(node: &Node) -> HashSet<Hash> {
    (0..node.len()).map(|row| node.child(row).hash).collect()
}

impl Side {
    async fn start(objects: &Objects, root: &Hash, from: &[u8]) -> Result<Self> {
        let mut node = objects.node(root).await?;
        let mut path = Vec::new();
        loop {
            let row = node.lower_bound(from);
            // With nothing to skip, the walk itself decides what must be read.
            if node.level == 0 || row == node.len() || from.is_empty() {
                path.push((node, row));
                return Ok(Self { path });
            }
            let child = descend(objects, &node, row).await?;
            path.push((node, row + 1));
            node = child;
        }
    }

    fn here(&mut self) -> Option<(Arc<Node>, usize)> {
        while let Some((node, row)) = self.path.last() {
            if *row < node.len() {
                return Some((Arc::clone(node), *row));
            }
            self.path.pop();
        }
        None
    }

    fn skip(&mut self) {
        if let Some((_, row)) = self.path.last_mut() {
            *row += 1;
        }
    }

    async fn descend(&mut self, objects: &Objects) -> Result<()> {
        if let Some((node, row)) = self.here() {
            let child = descend(objects, &node, row).await?;
            self.skip();
            self.path.push((child, 0));
        }
        Ok(())
    }

    async fn take(&mut self, objects: &Objects) -> Result<(Vec<u8>, RowValue)> {
        let (node, row) = self
            .here()
            .ok_or_else(|| Error::damaged("a tree", "it ended while it was read"))?;
        self.skip();
        let key = node.key(row);
        let value = RowValue::of(objects, key, node.held(row)).await?;
        Ok((key.to_vec(), value))
    }
}
