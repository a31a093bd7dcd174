//! Tree nodes: sorted keys and their values, as bytes and in memory.
//!
//! ```text
//! canonical: u8 version, u8 level, varint rows, keys, then for each row
//!            level 0: 32 bytes hash of the value;  above: 32 bytes child hash, u64 rows beneath it
//! stored:    the same, but on level 0 what each row holds: its value or, where that is stored by
//!            itself or was erased, its hash
//! keys:      for each row: varint bytes shared with the key before, varint rest, the rest
//! ```
//! A node is named by its canonical form. The row of an inner node has the last key beneath its child.

mod build;

use std::sync::LazyLock;

use bytes::Bytes;
use ids::{Context, Hash};
use xxhash_rust::xxh3::xxh3_64;

pub(crate) use build::{Built, NodeBuilder, put_key};

use crate::codec::{Decoded, Reader};
use crate::held::{Held, HeldAt, row_hash};
use crate::{Error, Result};

pub(crate) const VERSION: u8 = 2;
/// Bytes of a value above the leaves.
pub(crate) const CHILD_BYTES: usize = 40;
/// No tree of 2^64 rows is higher than this.
const MAX_LEVEL: u8 = 24;
/// So many different values of a leaf are at hand while it is hashed.
const REMEMBERED_VALUES: usize = 16;
/// Memory for keys that is asked for at once.
const RESERVED_BYTES: usize = 16 * 1024;
/// A longer key is refused before memory is spent on it.
pub(crate) const MAX_KEY_BYTES: usize = 4096;

static CONTEXT: LazyLock<Context> = LazyLock::new(|| Context::new("strata 2026 tree node v1"));

/// A node in memory.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) level: u8,
    keys: Vec<u8>,
    /// The stored form, which ends with what the rows hold, or with their children.
    stored: Bytes,
    keys_end: usize,
    values_at: usize,
    rows: Vec<Row>,
    /// Hashes of the values; of leaves only.
    hashes: Vec<Hash>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    key_end: u32,
    value_end: u32,
    at: HeldAt,
}

/// What an inner row points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Child {
    pub(crate) hash: Hash,
    /// Leaf rows beneath.
    pub(crate) rows: u64,
}

impl Node {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn key(&self, row: usize) -> &[u8] {
        let start = match row {
            0 => 0,
            _ => self.rows[row - 1].key_end as usize,
        };
        &self.keys[start..self.rows[row].key_end as usize]
    }

    pub(crate) fn last_key(&self) -> Option<&[u8]> {
        self.len().checked_sub(1).map(|row| self.key(row))
    }

    /// What a row of a leaf holds.
    pub(crate) fn held(&self, row: usize) -> Held {
        let start = match row {
            0 => 0,
            _ => self.rows[row - 1].value_end as usize,
        };
        match self.rows[row].at {
            HeldAt::Inline(_) => {
                let end = self.rows[row].value_end as usize;
                let values_at = self.values_at;
                Held::Value(self.stored.slice(values_at + start..values_at + end))
            }
            HeldAt::Apart => Held::Apart(self.hashes[row]),
            // A leaf has no removed rows: the decoder refuses them.
            HeldAt::Erased | HeldAt::Removed => Held::Erased(self.hashes[row]),
        }
    }

    /// What a row of a leaf holds, as it is stored.
    fn held_bytes(&self, row: usize) -> &[u8] {
        let start = match row {
            0 => 0,
            _ => self.rows[row - 1].value_end as usize,
        };
        &self.stored[self.values_at + start..self.values_at + self.rows[row].value_end as usize]
    }

    /// The value of a row of a leaf, if it is in the leaf.
    pub(crate) fn inline(&self, row: usize) -> Option<&[u8]> {
        matches!(self.rows[row].at, HeldAt::Inline(_)).then(|| self.held_bytes(row))
    }

    /// The hash of the value of a row of a leaf.
    pub(crate) fn row_hash(&self, row: usize) -> &Hash {
        &self.hashes[row]
    }

    /// The child of a row of an inner node.
    pub(crate) fn child(&self, row: usize) -> Child {
        let mut hash = [0; 32];
        let mut rows = [0; 8];
        // The decoder checked that each value of an inner node has exactly these bytes.
        let start = self.values_at + row * CHILD_BYTES;
        hash.copy_from_slice(&self.stored[start..start + 32]);
        rows.copy_from_slice(&self.stored[start + 32..start + CHILD_BYTES]);
        Child {
            hash: Hash::from_bytes(hash),
            rows: u64::from_le_bytes(rows),
        }
    }

    /// The first row whose key is at or after `key`; `len()` if there is none.
    pub(crate) fn lower_bound(&self, key: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.key(middle) < key {
                low = middle + 1
            } else {
                high = middle
            }
        }
        low
    }

    /// Leaf rows in and beneath the node.
    pub(crate) fn total_rows(&self) -> u64 {
        if self.level == 0 {
            self.len() as u64
        } else {
            (0..self.len()).fold(0, |sum: u64, row| sum.saturating_add(self.child(row).rows))
        }
    }

    /// Memory taken, about.
    pub(crate) fn weight(&self) -> u32 {
        let rows = self.rows.len() * size_of::<Row>() + self.hashes.len() * Hash::LEN;
        u32::try_from(self.keys.len() + self.stored.len() + rows + 128).unwrap_or(u32::MAX)
    }

    /// The stored form of a leaf without the values of these keys, and how many it had. The node
    /// keeps its name: the hashes of the values stay.
    pub(crate) fn erase_values(&self, keys: &[&[u8]]) -> (Bytes, usize) {
        let mut builder = NodeBuilder::default();
        let mut erased = 0;
        for row in 0..self.len() {
            let (key, hash) = (self.key(row), self.row_hash(row));
            let mut held = self.held(row);
            if keys.contains(&key) && !matches!(held, Held::Erased(_)) {
                held = Held::Erased(*hash);
                erased += 1;
            }
            builder.push_row(key, &held, hash);
        }
        (builder.finish(0).node.stored, erased)
    }

    /// Reads a node from its stored form, and checks it against its name.
    pub(crate) fn decode(name: &Hash, stored: &Bytes) -> Result<Self> {
        if stored.first().is_some_and(|version| *version > VERSION) {
            let (found, supported) = (u64::from(stored[0]), u64::from(VERSION));
            return Err(Error::NewerFormat {
                what: format!("node {name}"),
                found,
                supported,
            });
        }
        let damaged = |detail: &str| Error::damaged(format!("node {name}"), detail);
        let (node, hash) = Self::parts(stored).map_err(damaged)?;
        if hash != *name {
            return Err(damaged("its bytes are not those that its hash names"));
        }
        Ok(node)
    }

    /// Reads a node whatever its name is.
    pub(crate) fn decode_any(stored: &Bytes) -> Decoded<Self> {
        Self::parts(stored).map(|(node, _)| node)
    }

    /// The stored form, as it was read or built.
    pub(crate) fn stored(&self) -> Bytes {
        self.stored.clone()
    }

    /// The node and its name.
    fn parts(stored: &Bytes) -> Decoded<(Self, Hash)> {
        let mut reader = Reader::new(stored);
        if reader.byte()? != VERSION {
            return Err("it has an unknown version");
        }
        let level = reader.byte()?;
        if level > MAX_LEVEL {
            return Err("it has an impossible level");
        }
        let count = reader.length()?;
        if count > crate::tree::MAX_ROWS {
            return Err("it has too many rows");
        }
        let (keys, key_ends) = decode_keys(&mut reader, count)?;
        let keys_end = stored.len() - reader.rest().len();
        let mut rows = Vec::with_capacity(count);
        let mut value_end = 0_u32;
        for key_end in key_ends {
            let mut at = HeldAt::Inline(CHILD_BYTES as u32);
            if level == 0 {
                at = HeldAt::read(&mut reader)?;
            }
            if at == HeldAt::Removed {
                return Err("a row of it is none");
            }
            // At most 192 rows of at most 1,024 bytes.
            value_end += at.stored_len() as u32;
            rows.push(Row {
                key_end,
                value_end,
                at,
            });
        }
        if reader.rest().len() != value_end as usize {
            return Err("its values do not fill it");
        }
        let mut node = Self {
            level,
            keys,
            stored: stored.clone(),
            keys_end,
            values_at: stored.len() - value_end as usize,
            rows,
            hashes: Vec::new(),
        };
        if level > 0 {
            return Ok((node, CONTEXT.hash(stored)));
        }
        node.hash_rows()?;
        let hash = leaf_hash(&stored[..keys_end], &node.hashes);
        Ok((node, hash))
    }

    fn hash_rows(&mut self) -> Decoded<()> {
        let mut hashes: Vec<Hash> = Vec::with_capacity(self.rows.len());
        // Neighbours often hold the same: the same class, the same origin. Each is hashed once.
        let mut remembered = [usize::MAX; REMEMBERED_VALUES];
        for row in 0..self.rows.len() {
            let bytes = self.held_bytes(row);
            if !matches!(self.rows[row].at, HeldAt::Inline(_)) {
                let hash = bytes.try_into().map_err(|_| "it ends too early")?;
                hashes.push(Hash::from_bytes(hash));
                continue;
            }
            let place = xxh3_64(bytes) as usize % REMEMBERED_VALUES;
            let before = remembered[place];
            let is_known = before < row && self.held_bytes(before) == bytes;
            hashes.push(match is_known {
                true => hashes[before],
                false => row_hash(bytes),
            });
            remembered[place] = row;
        }
        self.hashes = hashes;
        Ok(())
    }
}

/// The hash of a leaf, of its bytes up to the end of its keys and the hashes of its values.
fn leaf_hash(until_values: &[u8], hashes: &[Hash]) -> Hash {
    let mut canonical = Vec::with_capacity(until_values.len() + hashes.len() * Hash::LEN);
    canonical.extend_from_slice(until_values);
    for hash in hashes {
        canonical.extend_from_slice(hash.as_bytes());
    }
    CONTEXT.hash(&canonical)
}

/// The name of a node in its stored form. Bytes that are no node have a name that no node has.
pub(crate) fn hash_of_stored(stored: &[u8]) -> Hash {
    match Node::parts(&Bytes::copy_from_slice(stored)) {
        Ok((_, hash)) => hash,
        Err(_) => Hash::of(stored),
    }
}

/// Reads the keys of rows, one after another, and where each ends.
pub(crate) fn decode_keys(reader: &mut Reader<'_>, count: usize) -> Decoded<(Vec<u8>, Vec<u32>)> {
    let mut keys = Vec::new();
    let mut ends = Vec::with_capacity(count);
    let mut previous = 0..0;
    for number in 0..count {
        if number == 1 {
            // Neighbours are about as long; a damaged length must not exhaust memory.
            keys.reserve((keys.len() * count).min(RESERVED_BYTES));
        }
        let shared = usize::try_from(reader.varint()?).map_err(|_| "a key is too long")?;
        let rest = reader.bytes()?;
        if shared > previous.len() {
            return Err("a key shares more than there is");
        }
        // Each key must be after the one before, and share with it all that it can.
        let next_of_previous = keys
            .get(previous.start + shared..previous.end)
            .and_then(<[u8]>::first);
        let in_order = match (next_of_previous, rest.first()) {
            (None, Some(_)) => true,
            (Some(before), Some(after)) => before < after,
            (_, None) => false,
        };
        if !in_order && !ends.is_empty() {
            return Err("its keys are not in order");
        }
        if shared + rest.len() > MAX_KEY_BYTES {
            return Err("a key is too long");
        }
        let start = keys.len();
        keys.extend_from_within(previous.start..previous.start + shared);
        keys.extend_from_slice(rest);
        previous = start..keys.len();
        ends.push(u32::try_from(keys.len()).map_err(|_| "it is too long")?);
    }
    Ok((keys, ends))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(rows: &[(&str, Held)]) -> Built {
        let mut builder = NodeBuilder::default();
        for (key, held) in rows {
            builder.push_row(key.as_bytes(), held, &held.hash());
        }
        builder.finish(0)
    }

    fn value(text: &str) -> Held {
        Held::Value(Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn nodes_come_back_and_every_truncation_and_changed_bit_is_refused() {
        let apart = Held::Apart(row_hash(b"long"));
        let built = leaf(&[
            ("a", value("1")),
            ("ab", value("")),
            ("b", value("333")),
            ("c", apart.clone()),
        ]);
        let node = Node::decode(&built.hash, &built.node.stored).unwrap();
        assert_eq!(
            (built.node.last_key(), built.rows, node.total_rows()),
            (Some(b"c".as_slice()), 4, 4)
        );
        assert_eq!(node, built.node);
        assert_eq!(
            (node.key(1), node.held(2)),
            (b"ab".as_slice(), value("333"))
        );
        assert_eq!(node.held(3), apart);
        assert_eq!((node.lower_bound(b"aa"), node.lower_bound(b"z")), (1, 4));
        assert_eq!(hash_of_stored(&built.node.stored), built.hash);
        for length in 0..built.node.stored.len() {
            assert!(
                Node::decode(&built.hash, &built.node.stored.slice(..length)).is_err(),
                "{length}"
            );
        }
        for bit in 0..built.node.stored.len() * 8 {
            let mut changed = built.node.stored.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            // That a value is said to be apart or erased is the one thing that its hash does not cover.
            if let Ok(node) = Node::decode(&built.hash, &changed.into()) {
                assert_eq!(node.held(3), Held::Erased(apart.hash()), "{bit}");
            }
        }
    }

    #[test]
    fn a_node_without_a_value_keeps_its_name() {
        let built = leaf(&[("a", value("secret")), ("b", value("2"))]);
        let node = Node::decode(&built.hash, &built.node.stored).unwrap();
        let (stored, erased) = node.erase_values(&[b"a", b"x"]);
        let without = Node::decode(&built.hash, &stored).unwrap();
        assert_eq!(erased, 1);
        assert_eq!(without.held(0), Held::Erased(row_hash(b"secret")));
        assert_eq!(without.held(1), value("2"));
        assert!(!stored.windows(6).any(|bytes| bytes == b"secret"));
        assert_eq!(without.erase_values(&[b"a"]), (stored, 0));
    }

    #[test]
    fn keys_out_of_order_are_refused() {
        for keys in [[b"b", b"a"], [b"a", b"a"]] {
            let mut stored = vec![VERSION, 0, 2];
            for key in keys {
                stored.extend_from_slice(&[0, 1, key[0]]);
            }
            stored.extend_from_slice(&[3, 3]);
            let error = Node::decode(&Hash::of(b""), &stored.into()).unwrap_err();
            assert!(error.to_string().contains("order"), "{error}");
        }
    }
}
