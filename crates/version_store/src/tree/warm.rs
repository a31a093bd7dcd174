//! Reading the nodes on the ways to many keys together, before they are walked one by one.

use std::sync::Arc;

use ids::Hash;

use crate::Result;
use crate::node::Node;
use crate::objects::Objects;

/// Keys whose ways are read together: what is read must stay in memory until it is walked.
pub(crate) const WARM_KEYS: usize = 512;

/// Reads the nodes that lead to sorted keys, a level at a time, so that they are at hand next.
pub(crate) async fn warm(objects: &Objects, root: &Hash, keys: &[&[u8]]) -> Result<()> {
    if keys.len() < 2 {
        return Ok(());
    }
    let mut nodes = vec![objects.node(root).await?];
    while nodes.first().is_some_and(|node| node.level > 0) {
        let wanted = children(&nodes, keys);
        nodes = objects.nodes(&wanted).await?;
    }
    Ok(())
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
