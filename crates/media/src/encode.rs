//! Re-encoding for a browser: what leaves here was drawn by us, pixel by pixel.
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageEncoder};

use crate::raster::{Limits, open};
use crate::{Error, Result};

/// JPEG quality of re-encoded rasters, 1 to 100.
const QUALITY: u8 = 88;

/// An encoded picture that carries no metadata of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// The encoded bytes.
    pub bytes: Vec<u8>,
    /// `image/jpeg`, or `image/png` where there is transparency or few pixels.
    pub media_type: &'static str,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// A small copy: fits in a square of `max_side` pixels, never enlarged, upright.
///
/// # Errors
/// As [`crate::probe`], pixels that do not decode, or a `max_side` of 0.
pub fn thumbnail(bytes: &[u8], max_side: u32, limits: &Limits) -> Result<Raster> {
    if max_side == 0 || max_side > limits.max_side {
        return Err(Error::InvalidSize {
            width: max_side,
            height: max_side,
            max_side: limits.max_side,
        });
    }
    let picture = open(bytes, limits)?.decode()?;
    let small = if picture.width().max(picture.height()) > max_side {
        picture.thumbnail(max_side, max_side)
    } else {
        picture
    };
    raster(&small)
}

/// The whole picture again, upright and without metadata.
///
/// # Errors
/// As [`crate::probe`], and pixels that do not decode.
pub fn reencode(bytes: &[u8], limits: &Limits) -> Result<Raster> {
    raster(&open(bytes, limits)?.decode()?)
}

/// Small or transparent pictures stay lossless, the others become JPEG.
fn raster(picture: &DynamicImage) -> Result<Raster> {
    const LOSSLESS_PIXELS: u64 = 64 * 64;
    let (width, height) = (picture.width(), picture.height());
    let few = u64::from(width) * u64::from(height) <= LOSSLESS_PIXELS;
    let mut bytes = Vec::new();
    let failed = |error: image::ImageError| Error::Encode(error.to_string());
    let media_type = if picture.color().has_alpha() || few {
        let eight_bit = match picture {
            DynamicImage::ImageLuma8(_)
            | DynamicImage::ImageLumaA8(_)
            | DynamicImage::ImageRgb8(_)
            | DynamicImage::ImageRgba8(_) => picture.clone(),
            other => DynamicImage::ImageRgba8(other.to_rgba8()),
        };
        PngEncoder::new(Cursor::new(&mut bytes))
            .write_image(
                eight_bit.as_bytes(),
                width,
                height,
                eight_bit.color().into(),
            )
            .map_err(failed)?;
        "image/png"
    } else {
        let rgb = picture.to_rgb8();
        JpegEncoder::new_with_quality(&mut bytes, QUALITY)
            .write_image(rgb.as_raw(), width, height, image::ExtendedColorType::Rgb8)
            .map_err(failed)?;
        "image/jpeg"
    };
    Ok(Raster {
        bytes,
        media_type,
        width,
        height,
    })
}
