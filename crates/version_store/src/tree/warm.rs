//! Reading the nodes on the ways to many keys together, before they are walked one by one.

use std::collections::HashMap;
use std::sync::Arc;

use ids::Hash;

use crate::Result;
use crate::node::Node;
use crate::objects::Objects;

/// Keys whose ways are read together: their leaves are held in memory until they are walked.
pub(crate) const WARM_KEYS: usize = 1024;

/// Leaves that were read together, by name. They are walked once, so nobody else remembers them.
pub(crate) type Leaves = HashMap<Hash, Arc<Node>>;

/// Reads the nodes that lead to sorted keys, a level at a time, so that they are at hand next;
/// the leaves among them.
pub(crate) async fn warm(objects: &Objects, root: &Hash, keys: &[&[u8]]) -> Result<Leaves> {
    let mut nodes = vec![objects.node(root).await?];
    while keys.len() > 1 && nodes.first().is_some_and(|node| node.level > 0) {
        let wanted = children(&nodes, keys);
        if nodes[0].level == 1 {
            let leaves = objects.nodes_once(&wanted).await?;
            return Ok(wanted.into_iter().zip(leaves).collect());
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
