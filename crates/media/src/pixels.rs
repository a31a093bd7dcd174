//! Decoding to the plain bytes that a trainer or a model reads.
use image::imageops::FilterType;

use crate::raster::{Limits, open};
use crate::{Error, Result};

/// How many numbers a pixel has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// One: luminance, 0 to 255.
    Grey,
    /// Three: red, green, blue, 0 to 255 each. Transparency is dropped.
    Rgb,
}

impl Channels {
    /// The count: 1 or 3.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }
}

/// A decoded picture: rows from the top, pixels from the left, channels interleaved
/// (height x width x channels), 8 bits each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// What a pixel holds.
    pub channels: Channels,
    /// `height * width * channels` bytes.
    pub data: Vec<u8>,
}

/// Decodes `bytes` upright; with `resize` to exactly (width, height), bilinear, without
/// keeping the aspect ratio.
///
/// # Errors
/// As [`crate::probe`], pixels that do not decode, or a size of 0 or over the limit.
pub fn decode(
    bytes: &[u8],
    channels: Channels,
    resize: Option<(u32, u32)>,
    limits: &Limits,
) -> Result<Pixels> {
    let mut picture = open(bytes, limits)?.decode()?;
    if let Some((width, height)) = resize {
        if width == 0 || height == 0 || width.max(height) > limits.max_side {
            return Err(Error::InvalidSize {
                width,
                height,
                max_side: limits.max_side,
            });
        }
        if (picture.width(), picture.height()) != (width, height) {
            picture = picture.resize_exact(width, height, FilterType::Triangle);
        }
    }
    let (width, height) = (picture.width(), picture.height());
    let data = match channels {
        Channels::Grey => picture.into_luma8().into_raw(),
        Channels::Rgb => picture.into_rgb8().into_raw(),
    };
    Ok(Pixels {
        width,
        height,
        channels,
        data,
    })
}
