//! Whether an encoded image reaches its own end.
//!
//! Decoders forgive: the JPEG decoder paints the missing part of a cut file grey. What is
//! imported must be whole, so the container is walked to its end marker first.
use crate::{Error, ImageFormat, Result};

/// Checks that the container of `bytes` is complete.
///
/// # Errors
/// [`Error::ImageTruncated`] where the end marker or announced bytes are missing.
pub fn check_complete(format: ImageFormat, bytes: &[u8]) -> Result<()> {
    let missing = match format {
        ImageFormat::Jpeg => jpeg_missing(bytes),
        ImageFormat::Png => png_missing(bytes),
        ImageFormat::WebP => webp_missing(bytes),
        // These decoders fail by themselves when bytes are missing.
        ImageFormat::Gif | ImageFormat::Bmp | ImageFormat::Tiff => None,
    };
    missing.map_or(Ok(()), |detail| {
        Err(Error::ImageTruncated {
            format: format.name(),
            detail: detail.to_owned(),
        })
    })
}

/// Walks JPEG segments and entropy-coded data up to the end-of-image marker.
fn jpeg_missing(bytes: &[u8]) -> Option<&'static str> {
    const MISSING: Option<&str> = Some("no end-of-image marker");
    let mut at = 2;
    loop {
        // Entropy-coded data and fill bytes lie before the next marker.
        let Some(found) = bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(|b| *b == 0xFF))
        else {
            return MISSING;
        };
        at += found + 1;
        match bytes.get(at) {
            None => return MISSING,
            Some(0xD9) => return None,
            // Stuffed byte, fill byte, restart and stand-alone markers have no length.
            Some(0xFF) => {}
            Some(0x00 | 0x01 | 0xD0..=0xD8) => at += 1,
            Some(_) => {
                let Some(length) = bytes.get(at + 1..at + 3) else {
                    return MISSING;
                };
                at += 1 + usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
            }
        }
    }
}

/// Walks PNG chunks up to `IEND`.
fn png_missing(bytes: &[u8]) -> Option<&'static str> {
    let mut at = 8usize;
    loop {
        let Some(head) = bytes.get(at..at + 8) else {
            return Some("no IEND chunk");
        };
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let end = at.saturating_add(12).saturating_add(length);
        if end > bytes.len() {
            return Some("a chunk is longer than the file");
        }
        if &head[4..8] == b"IEND" {
            return None;
        }
        at = end;
    }
}

/// Compares the RIFF size with the bytes that are there.
fn webp_missing(bytes: &[u8]) -> Option<&'static str> {
    let Some(size) = bytes.get(4..8) else {
        return Some("no RIFF size");
    };
    let announced = u32::from_le_bytes([size[0], size[1], size[2], size[3]]) as usize;
    (bytes.len() < announced.saturating_add(8)).then_some("the RIFF size is larger than the file")
}
