//! Prolly trees: sorted rows in nodes whose borders are decided by the keys alone.
//!
//! A node ends after the row whose key hashes to a multiple of [`BORDER_EVERY`], but not before
//! [`MIN_ROWS`] and at the latest at [`MAX_ROWS`]. Values never move a border, and the same rows
//! make the same nodes whatever the order in which they came.

mod ahead;
mod diff;
mod find;
mod groups;
mod scan;
#[cfg(test)]
mod tests;
mod update;
mod warm;

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use ids::Hash;
use xxhash_rust::xxh3::xxh3_64_with_seed;

pub(crate) use ahead::{DecodeRow, RowsAhead};
pub(crate) use diff::{RowChange, RowValue, TreeDiff};
pub(crate) use find::Finder;
pub(crate) use scan::{Row, Scan};
pub(crate) use update::{Edit, NodeSink, TreeWriter, WRITTEN_TOGETHER, store_long_values};
pub(crate) use warm::{KeptLeaves, Leaves, WARM_KEYS, warm};

use crate::held::Held;
use crate::node::{Node, NodeBuilder};
use crate::objects::Objects;
use crate::pack::EntryKind;
use crate::{Error, Result};

/// No node ends before it has so many rows (the last of a level excepted).
pub(crate) const MIN_ROWS: usize = 16;
/// Each node ends at so many rows.
pub(crate) const MAX_ROWS: usize = 192;
/// One key in so many may end a node.
const BORDER_EVERY: u64 = 32;

/// Whether a node of `level` ends after its row number `rows` (counted from 1), which has `key`.
pub(crate) fn ends_node(level: u8, rows: usize, key: &[u8]) -> bool {
    rows >= MAX_ROWS
        || (rows >= MIN_ROWS
            && xxh3_64_with_seed(key, u64::from(level)).is_multiple_of(BORDER_EVERY))
}

/// The root of the tree without rows. It is known to everyone and stored nowhere.
pub(crate) fn empty_root() -> Hash {
    static EMPTY: LazyLock<Hash> = LazyLock::new(|| NodeBuilder::default().finish(0).hash);
    *EMPTY
}

pub(crate) fn empty_node_bytes() -> Bytes {
    NodeBuilder::default().finish(0).node.stored()
}

/// The row `key` of a tree, with its value; `None` if there is none.
pub(crate) async fn get(objects: &Objects, root: &Hash, key: &[u8]) -> Result<Option<Bytes>> {
    match get_held(objects, root, key).await? {
        Some(held) => value(objects, key, held).await.map(Some),
        None => Ok(None),
    }
}

/// What a tree holds for the row `key`; `None` if there is none.
pub(crate) async fn get_held(objects: &Objects, root: &Hash, key: &[u8]) -> Result<Option<Held>> {
    let mut node = objects.node(root).await?;
    loop {
        let row = node.lower_bound(key);
        if row == node.len() {
            return Ok(None);
        }
        if node.level == 0 {
            if node.key(row) != key {
                return Ok(None);
            }
            return Ok(Some(node.held(row)));
        }
        node = descend(objects, &node, row).await?;
    }
}

/// The row number `ordinal` (from 0) of a tree: its key and its value.
pub(crate) async fn at(
    objects: &Objects,
    root: &Hash,
    mut ordinal: u64,
) -> Result<Option<(Vec<u8>, Bytes)>> {
    let mut node = objects.node(root).await?;
    if ordinal >= node.total_rows() {
        return Ok(None);
    }
    while node.level > 0 {
        let mut row = 0;
        while row + 1 < node.len() && ordinal >= node.child(row).rows {
            ordinal -= node.child(row).rows;
            row += 1;
        }
        node = descend(objects, &node, row).await?;
    }
    let row = usize::try_from(ordinal).unwrap_or(usize::MAX);
    if row >= node.len() {
        return Err(Error::damaged("a tree", "it counts more rows than it has"));
    }
    let key = node.key(row);
    let value = value(objects, key, node.held(row)).await?;
    Ok(Some((key.to_vec(), value)))
}

/// The node beneath a row, one level lower.
pub(crate) async fn descend(objects: &Objects, node: &Node, row: usize) -> Result<Arc<Node>> {
    let child = node.child(row).hash;
    let below = objects.node(&child).await?;
    check_child(node, row, &below)?;
    Ok(below)
}

/// As [`descend`], from among leaves that were read together if it is one of them.
async fn descend_with(
    objects: &Objects,
    node: &Node,
    row: usize,
    leaves: &Leaves,
) -> Result<Arc<Node>> {
    if node.level == 1
        && let Some(leaf) = leaves.get(&node.child(row).hash)
    {
        check_child(node, row, leaf)?;
        return Ok(Arc::clone(leaf));
    }
    descend(objects, node, row).await
}

/// A child must be one level lower and end with the key that its parent says.
pub(crate) fn check_child(parent: &Node, row: usize, child: &Node) -> Result<()> {
    if child.level + 1 != parent.level || child.last_key() != Some(parent.key(row)) {
        let what = format!("node {}", parent.child(row).hash);
        return Err(Error::damaged(what, "it does not fit the node above it"));
    }
    Ok(())
}

/// The value that a row holds or names.
///
/// # Errors
/// [`Error::Erased`]; as [`Objects::entry`].
pub(crate) async fn value(objects: &Objects, key: &[u8], held: Held) -> Result<Bytes> {
    match held {
        Held::Value(value) => Ok(value),
        Held::Apart(hash) => objects.entry(EntryKind::Value, &hash).await,
        Held::Erased(_) => Err(Error::erased(key)),
    }
}
