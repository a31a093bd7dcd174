//! Writing index files: from new entries, and from other index files without holding their rows.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use ids::{Hash, Hasher};

use super::file::{Header, Held};
use super::row::{PACK_AT, hash_at, is_of_class, row_at, write_row};
use super::{Class, HEADER_BYTES, ROW_BYTES};
use crate::pack::Location;
use crate::{Error, Result};

/// Rows that are written together: 1 MiB.
const PIECE_ROWS: usize = 16 * 1024;

/// An index file over new entries; also gives its name, the plain hash of its bytes.
pub(crate) fn build(class: Class, mut entries: Vec<(Hash, Location)>) -> (Hash, Bytes) {
    entries.sort_unstable_by_key(|(hash, location)| (*hash, location.pack, location.offset));
    entries.dedup_by_key(|(hash, _)| *hash);
    let mut packs: Vec<Hash> = entries.iter().map(|(_, location)| location.pack).collect();
    packs.sort_unstable();
    packs.dedup();
    let numbers: HashMap<Hash, u32> = packs.iter().copied().zip(0..).collect();
    let mut out = begin(class, &packs, entries.len());
    out.reserve_exact(entries.len() * ROW_BYTES);
    for (hash, location) in &entries {
        write_row(&mut out, hash, location, numbers[&location.pack]);
    }
    (Hash::of(&out), out.into())
}

/// Header and packs of a file.
fn begin(class: Class, packs: &[Hash], rows: usize) -> Vec<u8> {
    let names: Vec<u8> = packs.iter().flat_map(|pack| *pack.as_bytes()).collect();
    let mut out = Header::write(class, &names, rows as u64);
    out.extend_from_slice(&names);
    out
}

/// One index file made of the rows of a class in several. Later ones win, as they do in lookups.
#[derive(Debug)]
pub(crate) struct Merge {
    class: Class,
    inputs: Vec<Input>,
    packs: Vec<Hash>,
    rows: usize,
}

#[derive(Debug)]
struct Input {
    held: Held,
    /// For each pack of the file its number in the new file; `None`: its rows are left out.
    numbers: Vec<Option<u32>>,
}

impl Merge {
    /// Prepares the merging of files, without the rows that name a pack of `without`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a row names no pack.
    pub(crate) fn new(class: Class, files: Vec<Held>, without: &HashSet<Hash>) -> Result<Self> {
        let mut merge = Self {
            class,
            inputs: Vec::with_capacity(files.len()),
            packs: Vec::new(),
            rows: 0,
        };
        for held in files {
            if (0..held.len()).any(|row| held.pack_number(row) >= held.packs.len()) {
                return Err(Error::damaged("an index", "a row names an unknown pack"));
            }
            // Numbers are given when it is known which packs still have rows.
            let keeps = held.packs.iter().map(|pack| !without.contains(pack));
            let numbers = keeps.map(|keeps| keeps.then_some(0)).collect();
            merge.inputs.push(Input { held, numbers });
        }
        let mut used = HashSet::new();
        let mut rows = 0;
        for (input, row) in merge.merged() {
            rows += 1;
            used.insert(merge.inputs[input].pack(row));
        }
        let mut packs: Vec<Hash> = used.into_iter().collect();
        packs.sort_unstable();
        merge.rows = rows;
        for input in &mut merge.inputs {
            for (number, pack) in input.numbers.iter_mut().zip(&input.held.packs) {
                let at = packs.binary_search(pack).unwrap_or(0);
                *number = number.map(|_| at as u32);
            }
        }
        merge.packs = packs;
        Ok(merge)
    }

    /// Whether no row is left.
    pub(crate) const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Length of the new file.
    pub(crate) const fn bytes(&self) -> u64 {
        (HEADER_BYTES + self.packs.len() * Hash::LEN + self.rows * ROW_BYTES) as u64
    }

    /// The name of the new file: the plain hash of its bytes.
    pub(crate) fn name(&self) -> Hash {
        let mut hasher = Hasher::new();
        for piece in self.pieces() {
            hasher.update(&piece);
        }
        hasher.finish()
    }

    /// The bytes of the new file, made as they are asked for.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Bytes> + Send + '_ {
        let head = Bytes::from(begin(self.class, &self.packs, self.rows));
        let mut merged = self.merged();
        let rows = std::iter::from_fn(move || {
            let mut piece = Vec::with_capacity(PIECE_ROWS.min(self.rows) * ROW_BYTES);
            for (input, row) in merged.by_ref().take(PIECE_ROWS) {
                self.inputs[input].write(row, &mut piece);
            }
            (!piece.is_empty()).then(|| piece.into())
        });
        std::iter::once(head).chain(rows)
    }

    /// The rows that stay, by number of the input and of the row in it.
    fn merged(&self) -> Merged<'_> {
        let mut merged = Merged {
            class: self.class,
            inputs: &self.inputs,
            next: vec![0; self.inputs.len()],
        };
        (0..self.inputs.len()).for_each(|input| merged.pass_over(input));
        merged
    }
}

impl Input {
    fn pack(&self, row: usize) -> Hash {
        self.held.packs[self.held.pack_number(row)]
    }

    fn write(&self, row: usize, out: &mut Vec<u8>) {
        let number = self.numbers[self.held.pack_number(row)].unwrap_or(0);
        let start = out.len();
        out.extend_from_slice(row_at(self.held.rows(), row));
        out[start + PACK_AT..start + PACK_AT + 4].copy_from_slice(&number.to_le_bytes());
    }
}

/// Walks all inputs in the order of hashes.
struct Merged<'a> {
    class: Class,
    inputs: &'a [Input],
    next: Vec<usize>,
}

impl Merged<'_> {
    /// Passes over rows that are left out.
    fn pass_over(&mut self, input: usize) {
        let Input { held, numbers } = &self.inputs[input];
        let next = &mut self.next[input];
        let stays = |row: usize| {
            numbers[held.pack_number(row)].is_some()
                && is_of_class(row_at(held.rows(), row), self.class)
        };
        while *next < held.len() && !stays(*next) {
            *next += 1;
        }
    }

    fn head(&self, input: usize) -> Option<&[u8]> {
        let held = &self.inputs[input].held;
        (self.next[input] < held.len()).then(|| hash_at(held.rows(), self.next[input]))
    }
}

impl Iterator for Merged<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let inputs = 0..self.inputs.len();
        let least = inputs.clone().filter_map(|input| self.head(input)).min()?;
        let mut hash = [0; Hash::LEN];
        hash.copy_from_slice(least);
        let mut taken = None;
        for input in inputs {
            if self.head(input) == Some(hash.as_slice()) {
                taken = Some((input, self.next[input]));
                self.next[input] += 1;
                self.pass_over(input);
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::pack::{Codec, EntryKind};

    fn hash(number: u8) -> Hash {
        Hash::of(&[number])
    }

    fn place(name: u8, pack: u8, offset: u64) -> Location {
        Location {
            pack: hash(pack),
            offset,
            stored_len: 1,
            raw_len: 2,
            codec: Codec::Zstd,
            kind: [EntryKind::Chunk, EntryKind::Node][usize::from(name % 2)],
        }
    }

    proptest! {
        #[test]
        fn merged_files_say_what_the_files_said(
            files in prop::collection::vec(
                prop::collection::btree_map(any::<u8>(), (0..6_u8, any::<u64>()), 0..60), 0..6),
            without in prop::collection::hash_set(0..6_u8, 0..3),
        ) {
            let mut expected = BTreeMap::new();
            let mut held = Vec::new();
            for file in &files {
                let entries: Vec<_> = file
                    .iter()
                    .map(|(name, (pack, offset))| (hash(*name), place(*name, *pack, *offset)))
                    .collect();
                let (name, bytes) = build(Class::Both, entries);
                held.push(Held::parse(Class::Both, &name, &bytes).unwrap());
                let kept = file.iter().filter(|(_, (pack, _))| !without.contains(pack));
                expected.extend(kept.map(|(name, at)| (hash(*name), place(*name, at.0, at.1))));
            }
            let without = without.into_iter().map(hash).collect();
            let mut found = BTreeMap::new();
            for class in Class::Both.merged() {
                let merge = Merge::new(*class, held.clone(), &without).unwrap();
                let bytes: Vec<u8> = merge.pieces().flatten().collect();
                prop_assert_eq!(Hash::of(&bytes), merge.name());
                prop_assert_eq!(bytes.len() as u64, merge.bytes());
                let merged = Held::parse(*class, &merge.name(), &bytes.into()).unwrap();
                prop_assert_eq!(merge.is_empty(), merged.len() == 0);
                for row in 0..merged.len() {
                    let (name, place) = merged.entry_at(row).unwrap();
                    prop_assert_eq!(place.kind.class(), *class);
                    found.insert(name, place);
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
