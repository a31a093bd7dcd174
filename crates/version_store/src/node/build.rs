//! Building a node row by row.

use ids::Hash;

use super::{CHILD_BYTES, CONTEXT, Child, Node, Row, VERSION, leaf_hash};
use crate::codec::put_varint;
use crate::held::{Held, HeldAt, HeldBuilder};

/// Collects rows in order and writes them as a node.
#[derive(Debug, Default)]
pub(crate) struct NodeBuilder {
    /// The keys as they are stored, and as they are.
    stored_keys: Vec<u8>,
    keys: Vec<u8>,
    last_key_at: usize,
    held: HeldBuilder,
    rows: Vec<Row>,
    hashes: Vec<Hash>,
    children: Vec<u8>,
    rows_beneath: u64,
}

/// A node that was built.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) hash: Hash,
    /// Leaf rows in and beneath it.
    pub(crate) rows: u64,
    pub(crate) node: Node,
}

impl NodeBuilder {
    pub(crate) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The key of the last row so far.
    pub(crate) fn last_key(&self) -> Option<Vec<u8>> {
        (!self.rows.is_empty()).then(|| self.keys[self.last_key_at..].to_vec())
    }

    /// The next row of a leaf; `hash` is that of its value. Long values are stored apart already.
    pub(crate) fn push_row(&mut self, key: &[u8], held: &Held, hash: &Hash) {
        let at = self.held.push(Some(held));
        self.push_key(key, at);
        self.hashes.push(*hash);
        self.rows_beneath += 1;
    }

    /// The next row of an inner node.
    pub(crate) fn push_child(&mut self, key: &[u8], child: Child) {
        self.push_key(key, HeldAt::Inline(CHILD_BYTES as u32));
        self.children.extend_from_slice(child.hash.as_bytes());
        self.children.extend_from_slice(&child.rows.to_le_bytes());
        self.rows_beneath = self.rows_beneath.saturating_add(child.rows);
    }

    /// The next row, as another node has it.
    pub(crate) fn push_kept(&mut self, node: &Node, row: usize) {
        if node.level > 0 {
            return self.push_child(node.key(row), node.child(row));
        }
        let at = node.rows[row].at;
        self.held.push_stored(at, node.held_bytes(row));
        self.push_key(node.key(row), at);
        self.hashes.push(node.hashes[row]);
        self.rows_beneath += 1;
    }

    fn push_key(&mut self, key: &[u8], at: HeldAt) {
        put_key(&mut self.stored_keys, &self.keys[self.last_key_at..], key);
        self.last_key_at = self.keys.len();
        self.keys.extend_from_slice(key);
        // At most 192 rows of at most 1,024 bytes, with keys of at most 4,096.
        let start = self.rows.last().map_or(0, |row| row.value_end);
        self.rows.push(Row {
            key_end: self.keys.len() as u32,
            value_end: start + at.stored_len() as u32,
            at,
        });
    }

    /// A builder with room for another node like this one.
    fn alike(&self) -> Self {
        let room = |length: usize| length + length / 4;
        Self {
            stored_keys: Vec::with_capacity(room(self.stored_keys.len())),
            keys: Vec::with_capacity(room(self.keys.len())),
            rows: Vec::with_capacity(room(self.rows.len())),
            hashes: Vec::with_capacity(room(self.hashes.len())),
            children: Vec::with_capacity(room(self.children.len())),
            ..Self::default()
        }
    }

    /// The node. Empties the builder.
    pub(crate) fn finish(&mut self, level: u8) -> Built {
        let next = self.alike();
        let built = std::mem::replace(self, next);
        let values = built.children.len() + built.held.len();
        let mut stored = Vec::with_capacity(8 + built.stored_keys.len() + values);
        stored.extend_from_slice(&[VERSION, level]);
        put_varint(&mut stored, built.rows.len() as u64);
        stored.extend_from_slice(&built.stored_keys);
        let keys_end = stored.len();
        let hash = if level == 0 {
            let hash = leaf_hash(&stored, &built.hashes);
            built.held.finish(&mut stored);
            hash
        } else {
            stored.extend_from_slice(&built.children);
            CONTEXT.hash(&stored)
        };
        let values = built.rows.last().map_or(0, |row| row.value_end as usize);
        let node = Node {
            level,
            keys: built.keys,
            keys_end,
            values_at: stored.len() - values,
            stored: stored.into(),
            rows: built.rows,
            hashes: built.hashes,
        };
        Built {
            hash,
            rows: built.rows_beneath,
            node,
        }
    }
}

impl Node {
    /// This leaf with other values in some rows, by their numbers in order. Its keys stay, and so its borders.
    pub(crate) fn with_values<'a>(&self, values: impl Iterator<Item = (usize, &'a Held)>) -> Built {
        let mut values = values.peekable();
        let bytes = self.stored.len() - self.values_at;
        let mut held = HeldBuilder::with_capacity(self.len(), bytes + bytes / 4);
        let (mut rows, mut hashes) = (self.rows.clone(), self.hashes.clone());
        let mut value_end = 0;
        for (number, row) in rows.iter_mut().enumerate() {
            match values.next_if(|(changed, _)| *changed == number) {
                Some((_, value)) => {
                    row.at = held.push(Some(value));
                    hashes[number] = value.hash();
                }
                None => held.push_stored(row.at, self.held_bytes(number)),
            }
            value_end += row.at.stored_len() as u32;
            row.value_end = value_end;
        }
        let mut stored = Vec::with_capacity(self.keys_end + held.len());
        stored.extend_from_slice(&self.stored[..self.keys_end]);
        let hash = leaf_hash(&stored, &hashes);
        held.finish(&mut stored);
        let node = Self {
            level: 0,
            keys: self.keys.clone(),
            keys_end: self.keys_end,
            values_at: stored.len() - value_end as usize,
            stored: stored.into(),
            rows,
            hashes,
        };
        Built::of(hash, node)
    }

    /// This inner node with other children in some rows.
    pub(crate) fn with_children(&self, children: impl Iterator<Item = (usize, Child)>) -> Built {
        let mut stored = self.stored.to_vec();
        for (row, child) in children {
            let at = self.values_at + row * CHILD_BYTES;
            stored[at..at + Hash::LEN].copy_from_slice(child.hash.as_bytes());
            stored[at + Hash::LEN..at + CHILD_BYTES].copy_from_slice(&child.rows.to_le_bytes());
        }
        let hash = CONTEXT.hash(&stored);
        let node = Self {
            level: self.level,
            keys: self.keys.clone(),
            keys_end: self.keys_end,
            values_at: self.values_at,
            stored: stored.into(),
            rows: self.rows.clone(),
            hashes: Vec::new(),
        };
        Built::of(hash, node)
    }
}

impl Built {
    fn of(hash: Hash, node: Node) -> Self {
        let rows = node.total_rows();
        Self { hash, rows, node }
    }
}

/// Writes a key as what it does not share with the one before.
pub(crate) fn put_key(out: &mut Vec<u8>, previous: &[u8], key: &[u8]) {
    let shared = shared_bytes(previous, key);
    put_varint(out, shared as u64);
    put_varint(out, (key.len() - shared) as u64);
    out.extend_from_slice(&key[shared..]);
}

/// How many bytes two keys share from their beginnings on.
fn shared_bytes(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 8;
    let steps = a.chunks_exact(STEP).zip(b.chunks_exact(STEP));
    let whole = steps.take_while(|(a, b)| a == b).count() * STEP;
    let rest = a[whole..].iter().zip(&b[whole..]);
    whole + rest.take_while(|(a, b)| a == b).count()
}
