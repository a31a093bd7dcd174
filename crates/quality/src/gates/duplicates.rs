//! The gate `duplicates`: the same bytes, or nearly the same picture, in two splits.

use std::collections::HashMap;

use dataset::{Field, Sample};
use ids::Hash;

use super::near::{self, Look};
use super::run::Tally;
use super::{DuplicatesCheck, Observed};

/// A blob of a sample: enough of its hash that two are never taken for one, in 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    hash: [u8; 12],
    ordinal: u32,
}

/// What is kept of a version: 2 bytes a sample, 16 a blob, and 16 a picture that is compared.
#[derive(Debug)]
pub(super) struct Duplicates {
    check: DuplicatesCheck,
    /// The split of each sample; 0: none that counts.
    splits: Vec<u16>,
    names: HashMap<String, u16>,
    blobs: Vec<Seen>,
    looks: Vec<Look>,
}

impl Duplicates {
    pub(super) fn new(check: DuplicatesCheck) -> Self {
        Self {
            check,
            splits: Vec::new(),
            names: HashMap::new(),
            blobs: Vec::new(),
            looks: Vec::new(),
        }
    }

    pub(super) fn observe(&mut self, seen: &Observed<'_>, tally: &mut Tally) {
        // Samples beyond four milliards would share the last number.
        let ordinal = u32::try_from(self.splits.len()).unwrap_or(u32::MAX);
        let split = self.split_of(seen.sample);
        self.splits.push(split);
        if split == 0 {
            return;
        }
        tally.checked += 1;
        let wanted =
            |name: &String| self.check.fields.is_empty() || self.check.fields.contains(name);
        let fields = seen.sample.fields.iter().filter(|(name, _)| wanted(name));
        for blob in fields.filter_map(|(_, field)| Field::blob(field)) {
            let mut hash = [0; 12];
            hash.copy_from_slice(&blob.hash.as_bytes()[..12]);
            self.blobs.push(Seen { hash, ordinal });
            let look = seen.looks.iter().find(|(of, _)| *of == blob.hash);
            if let (Some(_), Some((of, bits))) = (self.check.near, look) {
                self.looks.push(Look {
                    bits: *bits,
                    tag: tag(of),
                    ordinal,
                });
            }
        }
    }

    fn split_of(&mut self, sample: &Sample) -> u16 {
        let wanted =
            |split: &&String| self.check.splits.is_empty() || self.check.splits.contains(split);
        let Some(split) = sample.split.as_ref().filter(wanted) else {
            return 0;
        };
        if let Some(number) = self.names.get(split) {
            return *number;
        }
        let number = u16::try_from(self.names.len() + 1).unwrap_or(u16::MAX);
        self.names.insert(split.clone(), number);
        number
    }

    /// Finds what stands in two splits.
    pub(super) fn finish(mut self, tally: &mut Tally) {
        let splits = self.splits;
        let split = |ordinal: u32| splits.get(ordinal as usize).copied().unwrap_or_default();
        let name = |ordinal: u32| {
            let number = split(ordinal);
            let found = self.names.iter().find(|(_, of)| **of == number);
            found.map_or("", |(name, _)| name.as_str())
        };
        self.blobs.sort_unstable();
        for group in self.blobs.chunk_by(|a, b| a.hash == b.hash) {
            let one = group[0].ordinal;
            let Some(other) = group.iter().find(|seen| split(seen.ordinal) != split(one)) else {
                continue;
            };
            tally.fail(Some(one), Some(other.ordinal), || {
                let (one, other) = (name(one), name(other.ordinal));
                format!("the same bytes are in {one:?} and in {other:?}")
            });
        }
        drop(self.blobs);
        if let Some(distance) = self.check.near {
            near::pairs(self.looks, distance, split, |pair| {
                tally.fail(Some(pair.one), Some(pair.other), || {
                    let (one, other) = (name(pair.one), name(pair.other));
                    let bits = pair.distance;
                    format!("nearly the same picture is in {one:?} and in {other:?} ({bits} of 64 bits differ)")
                });
            });
        }
    }
}

fn tag(hash: &Hash) -> u32 {
    let [a, b, c, d, ..] = *hash.as_bytes();
    u32::from_le_bytes([a, b, c, d])
}
