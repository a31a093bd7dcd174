//! Tiny datasets of real files: PNG and JPEG pictures, JSONL and CSV texts.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, Rgb, RgbImage};

/// A real PNG, `width` x `height` pixels, whose pixels follow from `seed` alone.
///
/// # Panics
/// Never for sizes of at least one pixel.
#[must_use]
pub fn png(width: u32, height: u32, seed: u8) -> Vec<u8> {
    encode(width, height, seed, ImageFormat::Png)
}

/// A real JPEG, `width` x `height` pixels, whose pixels follow from `seed` alone.
///
/// # Panics
/// Never for sizes of at least one pixel.
#[must_use]
pub fn jpeg(width: u32, height: u32, seed: u8) -> Vec<u8> {
    encode(width, height, seed, ImageFormat::Jpeg)
}

fn encode(width: u32, height: u32, seed: u8, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let [x, y] = [x, y].map(|value| value.to_le_bytes()[0]);
        Rgb([
            x.wrapping_mul(7).wrapping_add(seed),
            y.wrapping_mul(11),
            seed,
        ])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, format)
        .expect("a picture in memory can be encoded");
    bytes.into_inner()
}

/// An 8 x 8 grey PNG with a bright bar whose place follows from `class` (0..8) and whose noise follows
/// from `seed`: pictures a small model can tell apart.
///
/// # Panics
/// Never.
#[must_use]
pub fn digit_like(class: u8, seed: u8) -> Vec<u8> {
    let picture = image::GrayImage::from_fn(8, 8, |x, y| {
        let [x, y] = [x, y].map(|value| value.to_le_bytes()[0]);
        let noise = x
            .wrapping_mul(31)
            .wrapping_add(y.wrapping_mul(17))
            .wrapping_add(seed)
            % 40;
        let bar = if y == class % 8 { 200 } else { 0 };
        image::Luma([bar + noise])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture in memory can be encoded");
    bytes.into_inner()
}

/// A small PNG whose header claims `width` x `height` pixels (with a right checksum): a decoder that
/// trusts it asks for gigabytes.
#[must_use]
pub fn png_header_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(1, 1, 0);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// CRC-32 (IEEE), as PNG chunks carry it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            (sum >> 1) ^ (0xEDB8_8320 & 0u32.wrapping_sub(sum & 1))
        })
    })
}

/// Writes `<root>/<split>/<class>/<n>.png` for each split and class, `each` files per folder, all of
/// different bytes, and returns how many were written.
///
/// # Panics
/// When a file cannot be written, or when more than 256 pictures are asked for.
pub fn image_folder(root: &Path, splits: &[&str], classes: &[&str], each: usize) -> usize {
    let mut written = 0;
    for split in splits {
        for class in classes {
            let folder = root.join(split).join(class);
            fs::create_dir_all(&folder).expect("a folder can be made");
            for number in 0..each {
                let seed = u8::try_from(written).expect("at most 256 pictures");
                fs::write(folder.join(format!("{number:03}.png")), png(12, 9, seed))
                    .expect("a file can be written");
                written += 1;
            }
        }
    }
    written
}

/// JSONL texts: one `{"key", "text", "label"}` object a line.
#[must_use]
pub fn text_jsonl(rows: &[(&str, &str, &str)]) -> String {
    rows.iter()
        .map(|(key, text, label)| {
            let row = serde_json::json!({"key": key, "text": text, "label": label});
            format!("{row}\n")
        })
        .collect()
}

/// CSV texts with the header `key,text,label`; every cell quoted.
#[must_use]
pub fn text_csv(rows: &[(&str, &str, &str)]) -> String {
    let quote = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let mut csv = "key,text,label\n".to_owned();
    for (key, text, label) in rows {
        csv.push_str(&[quote(key), quote(text), quote(label)].join(","));
        csv.push('\n');
    }
    csv
}

#[cfg(test)]
mod tests {
    #[test]
    fn claimed_size_is_what_a_header_reader_sees() {
        let bytes = super::png_header_claiming(60_000, 60_000);
        let reader = image::ImageReader::new(std::io::Cursor::new(bytes))
            .with_guessed_format()
            .unwrap();
        assert_eq!(reader.into_dimensions().unwrap(), (60_000, 60_000));
    }
}
