//! The parts of a version that its views are made of: subtrees of samples, with what belongs to them.

use std::sync::Arc;

use ids::Hash;

use crate::codec::{put_bytes, put_varint};
use crate::node::Node;
use crate::objects::Objects;
use crate::tree::descend;
use crate::{Error, Result, Version};

const PART_CONTEXT: &str = "strata 2026 view part v1";
const RANGE_CONTEXT: &str = "strata 2026 view range v1";

/// The samples beneath one node of the tree of samples, and their labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleRange {
    /// Hash of the node: of these samples and nothing else.
    pub subtree: Hash,
    /// Names all that a view of the range shows: its samples, their labels and where these come
    /// from, and the settings of the version. Equal contents nearly always have equal names.
    pub content: Hash,
    /// The last key before the range; none before the first.
    pub after: Option<String>,
    /// The last key of the range.
    pub last_key: String,
    /// Number of samples, those among them that were erased.
    pub samples: u64,
    /// Number of labels, those among them that were erased.
    pub labels: u64,
}

impl Version {
    /// The version in parts: one for each node of `level` (0: leaves) of its tree of samples, in key
    /// order; a single part where the tree is not that high. Reads nodes above that level, and of the
    /// other trees those at the borders of the parts.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Missing`], failures of the store.
    pub async fn ranges(&self, level: u8) -> Result<Vec<SampleRange>> {
        let objects = &self.store().objects;
        let made = self.made().await?;
        let mut ranges: Vec<SampleRange> = Vec::new();
        for (subtree, last_key, samples) in subtrees(objects, &made.roots.samples, level).await? {
            let last_key = String::from_utf8(last_key)
                .map_err(|_| Error::damaged(format!("node {subtree}"), "its key is not UTF-8"))?;
            let after = ranges.last().map(|before| before.last_key.clone());
            let bounds = (label_bound(after.as_deref()), label_bound(Some(&last_key)));
            let (labels, count) = part(objects, &made.roots.labels, &bounds).await?;
            let (provenance, _) = part(objects, &made.roots.provenance, &bounds).await?;
            let named = [subtree, labels, provenance, self.commit().meta];
            let named: Vec<u8> = named.iter().flat_map(|hash| *hash.as_bytes()).collect();
            ranges.push(SampleRange {
                subtree,
                content: Hash::derive(RANGE_CONTEXT, &named),
                after,
                last_key,
                samples,
                labels: count,
            });
        }
        Ok(ranges)
    }
}

/// After all label keys of this sample and before those of the next: no sample key goes on with a
/// control character.
fn label_bound(sample: Option<&str>) -> Vec<u8> {
    sample.map_or_else(Vec::new, |key| [key.as_bytes(), &[1]].concat())
}

/// Hash, last key and rows of each node of a level.
async fn subtrees(
    objects: &Arc<Objects>,
    root: &Hash,
    level: u8,
) -> Result<Vec<(Hash, Vec<u8>, u64)>> {
    let top = objects.node(root).await?;
    let Some(last) = top.last_key() else {
        return Ok(Vec::new());
    };
    if top.level <= level {
        return Ok(vec![(*root, last.to_vec(), top.total_rows())]);
    }
    let mut above = vec![top];
    while above.first().is_some_and(|node| node.level > level + 1) {
        let mut below = Vec::new();
        for node in &above {
            for row in 0..node.len() {
                below.push(descend(objects, node, row).await?);
            }
        }
        above = below;
    }
    let children = above.iter().flat_map(|node| {
        (0..node.len()).map(|row| {
            let child = node.child(row);
            (child.hash, node.key(row).to_vec(), child.rows)
        })
    });
    Ok(children.collect())
}

struct Place {
    node: Arc<Node>,
    row: usize,
    /// All keys of the node come after this one.
    before: Vec<u8>,
}

/// A name for the rows with keys from `low` on and before `high`, and their number. The largest
/// subtrees within are named by their hashes, rows beside them by themselves.
async fn part(
    objects: &Arc<Objects>,
    root: &Hash,
    (low, high): &(Vec<u8>, Vec<u8>),
) -> Result<(Hash, u64)> {
    let (mut named, mut count) = (Vec::new(), 0);
    let node = objects.node(root).await?;
    let mut open = vec![Place {
        row: node.lower_bound(low),
        node,
        before: Vec::new(),
    }];
    while let Some(mut place) = open.pop() {
        let (node, row) = (Arc::clone(&place.node), place.row);
        let before = match row.checked_sub(1) {
            Some(row) => node.key(row),
            None => &place.before,
        };
        if row == node.len() || (node.level > 0 && before >= high.as_slice()) {
            continue;
        }
        let key = node.key(row);
        if node.level == 0 {
            if key < high.as_slice() {
                named.push(0);
                put_bytes(&mut named, key);
                named.extend_from_slice(node.row_hash(row).as_bytes());
                count += 1;
                place.row += 1;
                open.push(place);
            }
            continue;
        }
        let is_within = before >= low.as_slice() && key < high.as_slice();
        let before = before.to_vec();
        place.row += 1;
        open.push(place);
        if is_within {
            let child = node.child(row);
            named.push(1);
            named.extend_from_slice(child.hash.as_bytes());
            put_varint(&mut named, child.rows);
            count += child.rows;
        } else {
            let below = descend(objects, &node, row).await?;
            open.push(Place {
                row: below.lower_bound(low),
                node: below,
                before,
            });
        }
    }
    Ok((Hash::derive(PART_CONTEXT, &named), count))
}
