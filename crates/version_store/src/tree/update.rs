//! Changing a tree: only nodes on the way to a change are read and written.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ids::Hash;

use super::{Leaves, WARM_KEYS, descend_with, empty_root, ends_node, warm};
use crate::Result;
use crate::held::{Held, MAX_INLINE_BYTES};
use crate::node::{Built, Child, Node, NodeBuilder};
use crate::objects::Objects;
use crate::overlay::NamedNode;
use crate::pack::{EntryKind, Prepared};
use crate::pack_writer::PackWriter;

/// New nodes that are looked for in the store together, and then written.
pub(crate) const WRITTEN_TOGETHER: usize = 128;

/// A row to set, or to remove when there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) key: Vec<u8>,
    pub(crate) value: Option<Held>,
}

/// An edit of a level: of rows of leaves, or of the nodes above them.
struct LevelEdit {
    key: Vec<u8>,
    value: Option<LevelValue>,
}

enum LevelValue {
    Row(Held),
    Child(Child),
}

/// Edits of a level that were not applied yet: a few of them are in memory.
struct LevelEdits<I> {
    batch: std::vec::IntoIter<LevelEdit>,
    /// Whether there may be another batch.
    may_go_on: bool,
    /// Whether the ways to these were read together.
    is_warm: bool,
    leaves: Leaves,
    source: I,
}

impl<I: Iterator<Item = Result<LevelEdit>>> LevelEdits<I> {
    fn new(source: I) -> Self {
        Self {
            batch: Vec::new().into_iter(),
            may_go_on: true,
            is_warm: true,
            leaves: Leaves::new(),
            source,
        }
    }

    fn peek(&mut self) -> Result<Option<&LevelEdit>> {
        if self.batch.as_slice().is_empty() {
            let next = self.source.by_ref().take(WARM_KEYS);
            self.batch = next.collect::<Result<Vec<_>>>()?.into_iter();
            self.may_go_on = self.batch.len() == WARM_KEYS;
            self.is_warm = false;
        }
        Ok(self.batch.as_slice().first())
    }

    fn next(&mut self) -> Result<Option<LevelEdit>> {
        self.peek()?;
        Ok(self.batch.next())
    }

    /// The node with what the next edits give to its rows, and how many edits that are; `None` where they add or remove
    /// rows, and with those maybe borders.
    fn replaced(&self, node: &Node) -> Option<(Built, usize)> {
        let next = self.batch.as_slice();
        let last = node.last_key()?;
        let count = next.partition_point(|edit| edit.key.as_slice() <= last);
        // The next batch may go on in the node.
        if count == next.len() && self.may_go_on {
            return None;
        }
        let (mut values, mut children) = (Vec::new(), Vec::new());
        for edit in &next[..count] {
            let row = node.lower_bound(&edit.key);
            if node.key(row) != edit.key {
                return None;
            }
            match edit.value.as_ref()? {
                LevelValue::Row(held) => values.push((row, held)),
                LevelValue::Child(child) => children.push((row, *child)),
            }
        }
        let built = match node.level {
            0 => node.with_values(values.into_iter()),
            _ => node.with_children(children.into_iter()),
        };
        Some((built, count))
    }

    /// Reads the leaves of the next edits together.
    async fn warm(&mut self, objects: &Objects, root: &Hash, kept: &mut Leaves) -> Result<()> {
        if self.peek()?.is_some() && !self.is_warm {
            let next = self.batch.as_slice();
            let keys: Vec<&[u8]> = next.iter().map(|edit| edit.key.as_slice()).collect();
            self.leaves = warm(objects, root, &keys, kept).await?;
            self.is_warm = true;
        }
        Ok(())
    }
}

/// Makes changed trees.
pub(crate) struct TreeWriter<'a> {
    pub(crate) objects: &'a Objects,
    pub(crate) sink: NodeSink<'a>,
    /// Leaves that were read before.
    pub(crate) kept: Leaves,
}

/// Where new nodes go.
pub(crate) enum NodeSink<'a> {
    /// Into the store.
    Packs(&'a mut PackWriter),
    /// They stay in memory, children before their parents.
    Memory(&'a mut Vec<NamedNode>),
    /// Nowhere: only the new root is wanted.
    Nowhere,
}

/// Stores the long values among sorted edits by themselves, so that the rows only name them.
pub(crate) async fn store_long_values(packs: &mut PackWriter, edits: &mut [Edit]) -> Result<()> {
    for edit in edits {
        if let Some(Held::Value(value)) = &edit.value
            && value.len() > MAX_INLINE_BYTES
        {
            let long = Prepared::new(EntryKind::Value, value.clone());
            packs.put(&long).await?;
            edit.value = Some(Held::Apart(long.hash));
        }
    }
    Ok(())
}

/// What became of the nodes of one level.
#[derive(Default)]
struct LevelUpdate {
    /// By last key: the node that stood there, and the one that stands there now.
    slots: BTreeMap<Vec<u8>, Slot>,
    written: usize,
    last_written: Option<NamedNode>,
    building: NodeBuilder,
    /// What was built and did not go where it belongs yet.
    built: Vec<Built>,
}

#[derive(Default)]
struct Slot {
    old: Option<Hash>,
    new: Option<Child>,
}

impl LevelUpdate {
    /// The next row, as a node has it.
    fn keep(&mut self, node: &Node, row: usize) {
        self.building.push_kept(node, row);
        self.end_row(node.level, node.key(row));
    }

    /// The next row, as an edit sets it.
    fn set(&mut self, level: u8, edit: &LevelEdit) {
        match &edit.value {
            None => return,
            Some(LevelValue::Child(child)) => self.building.push_child(&edit.key, *child),
            Some(LevelValue::Row(held)) => self.building.push_row(&edit.key, held, &held.hash()),
        }
        self.end_row(level, &edit.key);
    }

    fn end_row(&mut self, level: u8, key: &[u8]) {
        if ends_node(level, self.building.rows(), key) {
            self.finish_node(level, key);
        }
    }

    fn finish_node(&mut self, level: u8, last_key: &[u8]) {
        let built = self.building.finish(level);
        self.add(built, last_key);
    }

    fn add(&mut self, built: Built, last_key: &[u8]) {
        let (hash, rows) = (built.hash, built.rows);
        self.slots.entry(last_key.to_vec()).or_default().new = Some(Child { hash, rows });
        self.built.push(built);
    }
}

impl TreeWriter<'_> {
    /// Applies edits, sorted by key and one per key, to the tree under `root`; the new root. Their
    /// values are short.
    pub(crate) async fn update<I>(&mut self, root: &Hash, edits: I) -> Result<Hash>
    where
        I: Iterator<Item = Result<Edit>>,
    {
        let edits = LevelEdits::new(edits.map(|edit| {
            edit.map(|edit| LevelEdit {
                key: edit.key,
                value: edit.value.map(LevelValue::Row),
            })
        }));
        let top = self.objects.node(root).await?;
        let mut only_nodes = HashMap::new();
        let mut level = 0;
        let mut update = self
            .update_level(0, Cursor::new(root, &top, 0), edits)
            .await?;
        loop {
            if update.written == 1 {
                only_nodes.extend(update.last_written.take());
            }
            let mut slots = update.slots;
            if level < top.level {
                slots.retain(|_, slot| slot.old != slot.new.map(|child| child.hash));
            }
            if slots.is_empty() {
                return Ok(*root);
            }
            if level >= top.level {
                // The level is whole here: there are no nodes but those in the slots.
                let mut nodes = slots.values().filter_map(|slot| slot.new);
                match (nodes.next(), nodes.next()) {
                    (None, _) => return Ok(empty_root()),
                    (Some(only), None) => return self.lowest_single(only.hash, &only_nodes).await,
                    _ => {}
                }
            }
            level += 1;
            let edits = LevelEdits::new(slots.into_iter().map(|(key, slot)| {
                let value = slot.new.map(LevelValue::Child);
                Ok(LevelEdit { key, value })
            }));
            let cursor = Cursor::new(root, &top, level);
            update = Box::pin(self.update_level(level, cursor, edits)).await?;
        }
    }

    /// A root that has only one child is not the root: the child is.
    async fn lowest_single(
        &self,
        mut root: Hash,
        written: &HashMap<Hash, Arc<Node>>,
    ) -> Result<Hash> {
        loop {
            let node = match written.get(&root) {
                Some(node) => Arc::clone(node),
                None => self.objects.node(&root).await?,
            };
            if node.level == 0 || node.len() != 1 {
                return Ok(root);
            }
            root = node.child(0).hash;
        }
    }

    async fn update_level<I>(
        &mut self,
        level: u8,
        mut cursor: Cursor,
        mut edits: LevelEdits<I>,
    ) -> Result<LevelUpdate>
    where
        I: Iterator<Item = Result<LevelEdit>>,
    {
        let mut update = LevelUpdate::default();
        loop {
            if level == 0 {
                edits
                    .warm(self.objects, &cursor.root, &mut self.kept)
                    .await?;
            }
            let Some(next) = edits.peek()? else { break };
            let key = next.key.clone();
            if !cursor.seek(self.objects, &key, &edits.leaves).await? {
                self.add_rest(level, &mut update, &mut edits).await?;
                break;
            }
            loop {
                let node = Arc::clone(&cursor.node);
                if let Some(last_key) = node.last_key() {
                    update.slots.entry(last_key.to_vec()).or_default().old = Some(cursor.hash);
                }
                self.merge_node(&mut update, &node, &mut edits).await?;
                if cursor.is_last() {
                    self.add_rest(level, &mut update, &mut edits).await?;
                    break;
                }
                // New borders meet the old ones again: what follows is as it was.
                if update.building.rows() == 0 {
                    break;
                }
                cursor.next(self.objects, &edits.leaves).await?;
            }
        }
        if let Some(last_key) = update.building.last_key() {
            update.finish_node(level, &last_key);
        }
        self.store(&mut update).await?;
        Ok(update)
    }

    /// Walks the rows of an old node together with the edits up to its last key.
    async fn merge_node<I>(
        &mut self,
        update: &mut LevelUpdate,
        node: &Node,
        edits: &mut LevelEdits<I>,
    ) -> Result<()>
    where
        I: Iterator<Item = Result<LevelEdit>>,
    {
        // Most changes move no border: then the keys need not be looked at one by one.
        if let Some(last_key) = node.last_key()
            && update.building.rows() == 0
            && ends_node(node.level, node.len(), last_key)
            && let Some((built, count)) = edits.replaced(node)
        {
            update.add(built, last_key);
            edits.batch.by_ref().take(count).for_each(drop);
            return self.store_many(update).await;
        }
        let mut row = 0;
        while row < node.len() {
            let next = edits.peek()?;
            let until = next.map_or(node.len(), |edit| node.lower_bound(&edit.key));
            for kept in row..until {
                update.keep(node, kept);
            }
            row = until;
            if row == node.len() {
                break;
            }
            if let Some(edit) = edits.next()? {
                update.set(node.level, &edit);
                row += usize::from(node.key(row) == edit.key);
            }
            self.store_many(update).await?;
        }
        self.store_many(update).await
    }

    /// Adds the edits that are left: there are no old nodes where they go.
    async fn add_rest<I>(
        &mut self,
        level: u8,
        update: &mut LevelUpdate,
        edits: &mut LevelEdits<I>,
    ) -> Result<()>
    where
        I: Iterator<Item = Result<LevelEdit>>,
    {
        while let Some(edit) = edits.next()? {
            update.set(level, &edit);
            self.store_many(update).await?;
        }
        Ok(())
    }

    /// Puts what was built where it belongs, once it is enough.
    async fn store_many(&mut self, update: &mut LevelUpdate) -> Result<()> {
        match update.built.len() {
            0..WRITTEN_TOGETHER => Ok(()),
            _ => self.store(update).await,
        }
    }

    /// Puts what was built where it belongs.
    async fn store(&mut self, update: &mut LevelUpdate) -> Result<()> {
        let built = update.built.drain(..);
        let named = |built: Built| (built.hash, Arc::new(built.node));
        let built: Vec<NamedNode> = built.map(named).collect();
        update.written += built.len();
        update.last_written = built.last().cloned();
        match &mut self.sink {
            NodeSink::Packs(packs) => packs.put_nodes(&built).await,
            NodeSink::Memory(nodes) => {
                nodes.extend(built);
                Ok(())
            }
            NodeSink::Nowhere => Ok(()),
        }
    }
}

/// Walks the old nodes of one level from left to right.
struct Cursor {
    root: Hash,
    top: Arc<Node>,
    level: u8,
    path: Vec<(Arc<Node>, usize)>,
    hash: Hash,
    node: Arc<Node>,
}

impl Cursor {
    fn new(root: &Hash, top: &Arc<Node>, level: u8) -> Self {
        let node = Arc::clone(top);
        Self {
            root: *root,
            top: Arc::clone(top),
            level,
            path: Vec::new(),
            hash: *root,
            node,
        }
    }

    /// Goes to the node that holds `key` or would, forwards only; `false` when the level has no
    /// old nodes.
    async fn seek(&mut self, objects: &Objects, key: &[u8], leaves: &Leaves) -> Result<bool> {
        if self.level > self.top.level || self.top.is_empty() {
            return Ok(false);
        }
        while self.node.last_key() < Some(key)
            && let Some((above, _)) = self.path.pop()
        {
            self.node = above;
        }
        while self.node.level > self.level {
            let row = self.node.lower_bound(key).min(self.node.len() - 1);
            self.enter(objects, row, leaves).await?;
        }
        Ok(true)
    }

    async fn enter(&mut self, objects: &Objects, row: usize, leaves: &Leaves) -> Result<()> {
        let child = descend_with(objects, &self.node, row, leaves).await?;
        self.hash = self.node.child(row).hash;
        let parent = std::mem::replace(&mut self.node, child);
        self.path.push((parent, row));
        Ok(())
    }

    fn is_last(&self) -> bool {
        self.path.iter().all(|(node, row)| row + 1 == node.len())
    }

    /// Goes to the next node of the level; the caller saw that there is one.
    async fn next(&mut self, objects: &Objects, leaves: &Leaves) -> Result<()> {
        while let Some((node, row)) = self.path.pop() {
            if row + 1 < node.len() {
                self.node = node;
                self.enter(objects, row + 1, leaves).await?;
                while self.node.level > self.level {
                    self.enter(objects, 0, leaves).await?;
                }
                return Ok(());
            }
        }
        Ok(())
    }
}
