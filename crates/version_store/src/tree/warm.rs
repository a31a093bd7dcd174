//! Reading the nodes on the ways to many keys together, before they are walked one by one.

use std::collections::HashMap;
use std::sync::Arc;

use ids::Hash;

use crate::Result;
use crate::node::Node;
use crate::objects::Objects;
use crate::overlay::NamedNode;

/// Keys whose ways are read together: their leaves are held in memory until they are walked.
pub(crate) const WARM_KEYS: usize = 1024;

/// Memory for leaves that are kept between two walks.
const MAX_KEPT_BYTES: u64 = 128 * 1024 * 1024;

/// Leaves that were read together, by name. They are walked once, so nobody else remembers them.
pub(crate) type Leaves = HashMap<Hash, Arc<Node>>;

/// Leaves that were compared with what is to be changed, for whoever changes them next: each is read once.
#[derive(Debug, Default)]
pub(crate) struct KeptLeaves {
    leaves: Leaves,
    bytes: u64,
}

impl KeptLeaves {
    /// Keeps a leaf, if there is one and room for it.
    pub(crate) fn keep(&mut self, leaf: Option<&NamedNode>) {
        let Some((name, leaf)) = leaf else { return };
        if self.bytes < MAX_KEPT_BYTES && self.leaves.insert(*name, Arc::clone(leaf)).is_none() {
            self.bytes += u64::from(leaf.weight());
        }
    }

    pub(crate) fn into_leaves(self) -> Leaves {
        self.leaves
    }
}

/// Reads the nodes that lead to sorted keys, a level at a time, so that they are at hand next;
/// the leaves among them. Those that were kept are taken from there.
pub(crate) async fn warm(
    objects: &Objects,
    root: &Hash,
    keys: &[&[u8]],
    kept: &mut Leaves,
) -> Result<Leaves> {
    let mut nodes = vec![objects.node(root).await?];
    while keys.len() > 1 && nodes.first().is_some_and(|node| node.level > 0) {
        let mut wanted = children(&nodes, keys);
        if nodes[0].level == 1 {
            let mut leaves: Leaves = wanted
                .iter()
                .filter_map(|leaf| kept.remove_entry(leaf))
                .collect();
            wanted.retain(|leaf| !leaves.contains_key(leaf));
            let read = objects.nodes_once(&wanted).await?;
            leaves.extend(wanted.into_iter().zip(read));
            return Ok(leaves);
        }
        nodes = objects.nodes(&wanted).await?;
    }
    Ok(Leaves::new())
}

/// The children of nodes of one level in which the keys are, or would be.
fn children(nodes: &[Arc<Node>], keys: &[&[u8]]) -> Vec<Hash> {
    let mut wanted = Vec::new();
    let mut nodes = nodes.iter().peekable();
    for key in keys {
        while nodes.next_if(|node| node.last_key() < Some(*key)).is_some() {}
        let Some(node) = nodes.peek() else { break };
        let child = node.child(node.lower_bound(key)).hash;
        if wanted.last() != Some(&child) {
            wanted.push(child);
        }
    }
    wanted
}
