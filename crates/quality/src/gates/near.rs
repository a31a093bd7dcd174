//! Near-duplicate pictures: pairs of 64-bit perceptual hashes that differ in a few bits.
//!
//! Two hashes that differ in at most *d* bits agree in at least two of *d* + 2 blocks of bits. So for
//! each two blocks the hashes are sorted by these bits alone, and only neighbours with equal bits are
//! compared: a pair counts where the two blocks are the first two in which it agrees.

/// The largest distance that is looked for, in bits.
pub(super) const MAX_DISTANCE: u32 = 10;

/// One picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Look {
    /// Its perceptual hash.
    pub(super) bits: u64,
    /// Four bytes of the hash of its bytes: pictures of equal bytes are somebody else's finding.
    pub(super) tag: u32,
    /// The number of its sample.
    pub(super) ordinal: u32,
}

/// Pictures of one perceptual hash.
#[derive(Debug, Clone, Copy)]
struct Group {
    bits: u64,
    ordinal: u32,
    split: u16,
    /// Whether they stand in more than one split.
    mixed: bool,
}

/// A pair in two splits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) one: u32,
    pub(super) other: u32,
    /// Number of bits in which they differ.
    pub(super) distance: u32,
}

/// Calls `found` for pairs of different pictures in different splits: one for each two perceptual
/// hashes at most `distance` apart, and one for each hash that has such a pair itself.
/// `split` is the split of a sample.
pub(super) fn pairs(
    mut looks: Vec<Look>,
    distance: u32,
    split: impl Fn(u32) -> u16,
    mut found: impl FnMut(Pair),
) {
    looks.sort_unstable();
    let mut groups = Vec::new();
    for group in looks.chunk_by(|a, b| a.bits == b.bits) {
        if let Some((one, other)) = within(group, &split) {
            found(Pair {
                one: one.min(other),
                other: one.max(other),
                distance: 0,
            });
        }
        let first = split(group[0].ordinal);
        groups.push(Group {
            bits: group[0].bits,
            ordinal: group[0].ordinal,
            split: first,
            mixed: group.iter().any(|look| split(look.ordinal) != first),
        });
    }
    drop(looks);
    if distance == 0 {
        return;
    }
    let blocks = blocks(distance + 2);
    for second in 1..blocks.len() {
        for first in 0..second {
            let mask = blocks[first] | blocks[second];
            groups.sort_unstable_by_key(|group| group.bits & mask);
            for run in groups.chunk_by(|a, b| a.bits & mask == b.bits & mask) {
                compare(run, distance, &blocks[..second], first, &mut found);
            }
        }
    }
}

/// Two pictures of one perceptual hash that differ in bytes and in split.
///
/// Comparing all with the first, and with the first that is not like it, misses none: a picture of
/// another split than the first differs in bytes from one of the two, and the same the other way.
fn within(group: &[Look], split: &impl Fn(u32) -> u16) -> Option<(u32, u32)> {
    let kind = |look: &Look| (look.tag, split(look.ordinal));
    let first = group.first()?;
    let unlike = group.iter().find(|look| kind(look) != kind(first))?;
    [first, unlike].into_iter().find_map(|one| {
        let (tag, of) = kind(one);
        let other = group
            .iter()
            .find(|look| kind(look).0 != tag && kind(look).1 != of)?;
        Some((one.ordinal, other.ordinal))
    })
}

/// `count` masks that part the 64 bits.
fn blocks(count: u32) -> Vec<u64> {
    let upto = |end: u32| if end == 64 { u64::MAX } else { (1 << end) - 1 };
    let border = |n: u32| n * 64 / count;
    (0..count)
        .map(|n| upto(border(n + 1)) & !upto(border(n)))
        .collect()
}

fn compare(
    run: &[Group],
    distance: u32,
    earlier: &[u64],
    first: usize,
    found: &mut impl FnMut(Pair),
) {
    for (at, one) in run.iter().enumerate() {
        for other in &run[at + 1..] {
            let differing = one.bits ^ other.bits;
            let apart = differing.count_ones();
            if apart > distance || !(one.mixed || other.mixed || one.split != other.split) {
                continue;
            }
            // Seen already with two earlier blocks?
            let agree = |(n, mask): (usize, &u64)| n != first && differing & mask == 0;
            if earlier.iter().enumerate().any(agree) {
                continue;
            }
            let (one, other) = (
                one.ordinal.min(other.ordinal),
                one.ordinal.max(other.ordinal),
            );
            found(Pair {
                one,
                other,
                distance: apart,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blocks_part_the_bits() {
        for count in 2..=MAX_DISTANCE + 2 {
            let blocks = blocks(count);
            assert_eq!(blocks.iter().fold(0, |all, mask| all | mask), u64::MAX);
            assert_eq!(blocks.iter().map(|mask| mask.count_ones()).sum::<u32>(), 64);
        }
    }

    proptest! {
        #[test]
        fn as_comparing_all_with_all(
            centres in prop::collection::vec(any::<u64>(), 1..4),
            pictures in prop::collection::vec((0usize..4, prop::collection::vec(0u32..64, 0..6), 0u16..3, 0u32..3), 0..40),
            distance in 0u32..=MAX_DISTANCE,
        ) {
            let looks: Vec<Look> = pictures.iter().enumerate().map(|(n, (centre, flips, _, tag))| Look {
                bits: flips.iter().fold(centres[centre % centres.len()], |bits, flip| bits ^ (1 << flip)),
                tag: *tag,
                ordinal: n as u32,
            }).collect();
            let split = |ordinal: u32| pictures[ordinal as usize].2;
            let mut expected = BTreeSet::new();
            for a in &looks {
                for b in &looks {
                    let apart = (a.bits ^ b.bits).count_ones();
                    let other_bytes = a.tag != b.tag || a.bits != b.bits;
                    if apart <= distance && split(a.ordinal) != split(b.ordinal) && other_bytes {
                        expected.insert((a.bits.min(b.bits), a.bits.max(b.bits), apart));
                    }
                }
            }
            let mut got = Vec::new();
            pairs(looks.clone(), distance, split, |pair| {
                let (a, b) = (looks[pair.one as usize].bits, looks[pair.other as usize].bits);
                got.push((a.min(b), a.max(b), pair.distance));
            });
            let count = got.len();
            let got: BTreeSet<_> = got.into_iter().collect();
            prop_assert_eq!(count, got.len(), "a pair was found twice");
            prop_assert_eq!(got, expected);
        }
    }
}
