//! What a picture looks like, in 64 bits: near-duplicates have hashes that differ in few of them.
use crate::pixels::{Channels, decode};
use crate::{Limits, Result};

/// The picture is scaled to a square of this side, which has a whole number of cells both ways.
const SIDE: usize = LONG * SHORT;
/// Cells along the direction in which neighbours are compared.
const LONG: usize = 9;
/// Cells across it.
const SHORT: usize = 4;
/// How much brighter a cell must be, as a sum over its pixels: one grey level each.
const MARGIN: u32 = (LONG * SHORT) as u32;

/// The difference hash of a picture, in both directions. The picture is scaled to 36 x 36 grey pixels;
/// the low 32 bits say of 9 x 4 cells whether each is brighter than the one to its right, the high 32
/// bits of 4 x 9 cells whether each is brighter than the one below it. Scaling, recompression and
/// small changes of light flip few bits.
///
/// # Errors
/// As [`crate::decode`].
pub fn perceptual_hash(bytes: &[u8], limits: &Limits) -> Result<u64> {
    let side = SIDE as u32;
    let pixels = decode(bytes, Channels::Grey, Some((side, side)), limits)?;
    let across = half(|along, across| cell(&pixels.data, (along, across), (SHORT, LONG)));
    let down = half(|along, across| cell(&pixels.data, (across, along), (LONG, SHORT)));
    Ok(u64::from(down) << 32 | u64::from(across))
}

/// 32 bits: whether each cell is brighter than the next along the direction.
fn half(brightness: impl Fn(usize, usize) -> u32) -> u32 {
    let mut bits = 0;
    for across in 0..SHORT {
        for along in 0..LONG - 1 {
            let brighter = brightness(along, across) > brightness(along + 1, across) + MARGIN;
            bits = bits << 1 | u32::from(brighter);
        }
    }
    bits
}

/// The sum over the pixels of the cell number `at` (column, row) of cells of this size (width, height).
fn cell(pixels: &[u8], at: (usize, usize), size: (usize, usize)) -> u32 {
    let rows = pixels.chunks_exact(SIDE).skip(at.1 * size.1).take(size.1);
    let within = rows.flat_map(|row| &row[at.0 * size.0..(at.0 + 1) * size.0]);
    within.map(|pixel| u32::from(*pixel)).sum()
}
