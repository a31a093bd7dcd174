//! Whether content is worth compressing, and compressing it.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};

use super::EntryKind;

/// How much of a blob is compressed on trial.
const PROBE_BYTES: usize = 4096;
/// Below this, compression gains nothing worth a frame header.
const MIN_COMPRESS_BYTES: usize = 256;
/// How much is counted before anything is compressed on trial.
const COUNTED_BYTES: usize = 1024;
/// zstd's quickest level that still finds what is plainly there.
const LEVEL: i32 = 1;
/// As small for a few kilobytes of keys and hashes, in a third of the time: their symbols are not counted.
const NODE_LEVEL: i32 = -1;

thread_local! {
    /// Making one costs more than compressing a few kilobytes.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static NODE_COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// One zstd frame, if a look at the beginning says that the whole will shrink, and it does.
pub(super) fn compress(kind: EntryKind, raw: &[u8]) -> Option<Vec<u8>> {
    if raw.len() < MIN_COMPRESS_BYTES || is_noise(raw) {
        return None;
    }
    let (compressor, level) = match kind {
        EntryKind::Node => (&NODE_COMPRESSOR, NODE_LEVEL),
        _ => (&COMPRESSOR, LEVEL),
    };
    compressor.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = Compressor::new(level).ok();
        }
        let compressor = slot.as_mut()?;
        if raw.len() > PROBE_BYTES {
            shrink(compressor, &raw[..PROBE_BYTES])?;
        }
        shrink(compressor, raw)
    })
}

/// Unpacks one frame of at most `capacity` bytes.
pub(super) fn decompress(stored: &[u8], capacity: usize) -> std::io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|slot| match slot {
        Some(decompressor) => decompressor.decompress(stored, capacity),
        None => slot
            .insert(Decompressor::new()?)
            .decompress(stored, capacity),
    })
}

/// Unpacks one frame into `out`; how many bytes it had.
pub(super) fn decompress_into(stored: &[u8], out: &mut [u8]) -> std::io::Result<usize> {
    DECOMPRESSOR.with_borrow_mut(|slot| match slot {
        Some(decompressor) => decompressor.decompress_to_buffer(stored, out),
        None => slot
            .insert(Decompressor::new()?)
            .decompress_to_buffer(stored, out),
    })
}

fn shrink(compressor: &mut Compressor<'_>, part: &[u8]) -> Option<Vec<u8>> {
    let packed = compressor.compress(part).ok()?;
    // An eighth is worth the time of unpacking.
    (packed.len() < part.len() - part.len() / 8).then_some(packed)
}

/// Whether the first bytes are spread as evenly as those of compressed or random data are.
fn is_noise(raw: &[u8]) -> bool {
    let head = &raw[..raw.len().min(COUNTED_BYTES)];
    let mut counts = [0_u32; 256];
    for byte in head {
        counts[usize::from(*byte)] += 1;
    }
    let squares: u64 = counts
        .iter()
        .map(|count| u64::from(*count) * u64::from(*count))
        .sum();
    // Even bytes give n + n(n - 1)/256; half as much again leaves room for chance.
    let n = head.len() as u64;
    let even = n + n * n.saturating_sub(1) / 256;
    head.len() == COUNTED_BYTES && squares < even + even / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn text_shrinks_and_noise_does_not() {
        let text = "a sentence that is said again and again. ".repeat(200);
        let packed = compress(EntryKind::Blob, text.as_bytes()).unwrap();
        assert_eq!(
            zstd::bulk::decompress(&packed, text.len()).unwrap(),
            text.as_bytes()
        );
        assert!(is_noise(&noise(5000)) && compress(EntryKind::Blob, &noise(5000)).is_none());
        assert!(
            compress(EntryKind::Blob, &noise(500)).is_none()
                && compress(EntryKind::Blob, b"aaaa").is_none()
        );
        let numbers: Vec<u8> = (0..2000_u32).flat_map(u32::to_le_bytes).collect();
        assert!(compress(EntryKind::Blob, &numbers).is_some());
    }
}
