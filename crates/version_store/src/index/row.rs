//! One row of an index, and finding a hash among sorted rows.

use std::cmp::Ordering;

use ids::Hash;

use super::{Class, ROW_BYTES};
use crate::codec::{Decoded, Reader};
use crate::pack::{Codec, EntryKind, Location};

/// Where the number of the pack stands within a row.
pub(super) const PACK_AT: usize = Hash::LEN + 24;
/// Hashes are spread evenly, so a few guesses land beside the row; after that, halves.
const GUESSES: usize = 6;
/// Where the kind of the entry stands within a row.
const KIND_AT: usize = PACK_AT + 5;

pub(super) fn write_row(out: &mut Vec<u8>, hash: &Hash, location: &Location, pack: u32) {
    out.extend_from_slice(hash.as_bytes());
    for number in [location.offset, location.stored_len, location.raw_len] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(&pack.to_le_bytes());
    out.extend_from_slice(&[location.codec.to_byte(), location.kind.to_byte(), 0, 0]);
}

pub(super) fn read_row(row: &[u8], packs: &[Hash]) -> Decoded<(Hash, Location)> {
    let mut reader = Reader::new(row);
    let hash = Hash::from_bytes(reader.array()?);
    let offset = u64::from_le_bytes(reader.array()?);
    let stored_len = u64::from_le_bytes(reader.array()?);
    let raw_len = u64::from_le_bytes(reader.array()?);
    let pack = u32::from_le_bytes(reader.array()?) as usize;
    let pack = *packs.get(pack).ok_or("a row names an unknown pack")?;
    let codec = Codec::from_byte(reader.byte()?).ok_or("a row has an unknown codec")?;
    let kind = EntryKind::from_byte(reader.byte()?).ok_or("a row has an unknown kind")?;
    let location = Location {
        pack,
        offset,
        stored_len,
        raw_len,
        codec,
        kind,
    };
    Ok((hash, location))
}

/// Number of the row's pack in the list of its file.
pub(super) fn pack_number(row: &[u8]) -> usize {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&row[PACK_AT..PACK_AT + 4]);
    u32::from_le_bytes(bytes) as usize
}

/// Whether a row is about an entry of a class; one whose kind is not known is of both.
pub(super) fn is_of_class(row: &[u8], class: Class) -> bool {
    EntryKind::from_byte(row[KIND_AT]).is_none_or(|kind| class.holds(kind.class()))
}

pub(super) fn row_at(rows: &[u8], row: usize) -> &[u8] {
    &rows[row * ROW_BYTES..(row + 1) * ROW_BYTES]
}

pub(super) fn hash_at(rows: &[u8], row: usize) -> &[u8] {
    &rows[row * ROW_BYTES..row * ROW_BYTES + Hash::LEN]
}

/// The first eight bytes of a hash, as the number by which hashes are spread.
pub(super) fn rank(hash: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash[..8]);
    u64::from_be_bytes(bytes)
}

/// A stretch of rows in which a hash must lie if it is there: rows `low..high`, whose hashes have
/// ranks from `low_rank` to `high_rank`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) low: usize,
    pub(super) high: usize,
    pub(super) low_rank: u64,
    pub(super) high_rank: u64,
}

impl Stretch {
    pub(super) const fn all(rows: usize) -> Self {
        Self {
            low: 0,
            high: rows,
            low_rank: 0,
            high_rank: u64::MAX,
        }
    }

    /// The row where the hash should be if hashes are spread evenly. The stretch is not empty.
    pub(super) fn guess(&self, hash: &Hash) -> usize {
        let wanted = rank(hash.as_bytes()).clamp(self.low_rank, self.high_rank.max(self.low_rank));
        let part = (wanted - self.low_rank) as f64;
        let whole = self.high_rank.saturating_sub(self.low_rank) as f64 + 1.0;
        let ahead = part / whole * (self.high - self.low) as f64;
        (self.low + ahead as usize).min(self.high - 1)
    }
}

/// Looking for one hash among sorted rows, a row at a time.
struct Search<'a> {
    hash: &'a Hash,
    /// Where it stands among what was asked for.
    at: usize,
    stretch: Stretch,
    guesses: usize,
}

impl<'a> Search<'a> {
    fn new(rows: &[u8], at: usize, hash: &'a Hash) -> Self {
        Self {
            hash,
            at,
            stretch: Stretch::all(rows.len() / ROW_BYTES),
            guesses: 0,
        }
    }

    /// Looks at one more row; what came of it, once that is clear.
    fn step(&mut self, rows: &[u8]) -> Option<Option<usize>> {
        let stretch = &mut self.stretch;
        if stretch.low >= stretch.high {
            return Some(None);
        }
        let row = if self.guesses < GUESSES {
            self.guesses += 1;
            stretch.guess(self.hash)
        } else {
            stretch.low + (stretch.high - stretch.low) / 2
        };
        let there = hash_at(rows, row);
        let rank_there = rank(there);
        let order = rank_there.cmp(&rank(self.hash.as_bytes()));
        match order.then_with(|| there.cmp(self.hash.as_bytes())) {
            Ordering::Less => {
                stretch.low = row + 1;
                stretch.low_rank = rank_there;
            }
            Ordering::Greater => {
                stretch.high = row;
                stretch.high_rank = rank_there;
            }
            Ordering::Equal => return Some(Some(row)),
        }
        None
    }
}

/// The row of `hash` among sorted rows.
pub(super) fn find(rows: &[u8], hash: &Hash) -> Option<usize> {
    let mut search = Search::new(rows, 0, hash);
    loop {
        if let Some(found) = search.step(rows) {
            return found;
        }
    }
}

/// The rows of hashes among sorted rows, in the order asked for. They are looked for side by side: rows lie far from
/// each other in memory, and a processor waits for many of them as long as for one.
pub(super) fn find_many<'a>(
    rows: &[u8],
    hashes: impl Iterator<Item = &'a Hash>,
) -> Vec<Option<usize>> {
    let searches = hashes.enumerate();
    let mut open: Vec<Search<'a>> = searches
        .map(|(at, hash)| Search::new(rows, at, hash))
        .collect();
    let mut found = vec![None; open.len()];
    while !open.is_empty() {
        open.retain_mut(|search| match search.step(rows) {
            Some(row) => {
                found[search.at] = row;
                false
            }
            None => true,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows_of(hashes: &[[u8; 32]]) -> Vec<u8> {
        let mut rows = Vec::new();
        for hash in hashes {
            rows.extend_from_slice(hash);
            rows.resize(rows.len() + ROW_BYTES - Hash::LEN, 0);
        }
        rows
    }

    proptest! {
        #[test]
        fn every_row_is_found_and_nothing_else(
            mut hashes in prop::collection::vec(prop_oneof![
                any::<[u8; 32]>(),
                // Hashes that are not spread at all.
                any::<u8>().prop_map(|last| { let mut hash = [0; 32]; hash[31] = last; hash }),
            ], 0..200),
            other in any::<[u8; 32]>(),
        ) {
            hashes.sort_unstable();
            hashes.dedup();
            let rows = rows_of(&hashes);
            for (row, hash) in hashes.iter().enumerate() {
                prop_assert_eq!(find(&rows, &Hash::from_bytes(*hash)), Some(row));
            }
            let asked: Vec<Hash> = hashes.iter().rev().chain([&other]).copied().map(Hash::from_bytes).collect();
            let alone: Vec<_> = asked.iter().map(|hash| find(&rows, hash)).collect();
            prop_assert_eq!(find_many(&rows, asked.iter()), alone);
            prop_assert_eq!(
                find(&rows, &Hash::from_bytes(other)),
                hashes.binary_search(&other).ok()
            );
        }
    }
}
