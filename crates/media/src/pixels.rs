//! Decoding to the plain bytes that a trainer or a model reads.
use crate::picture::Picture;
use crate::raster::Limits;
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

/// A part of an upright picture, in its pixels, origin top-left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width, more than 0.
    pub width: f64,
    /// Height, more than 0.
    pub height: f64,
}

impl Area {
    /// All of a picture of this size.
    #[must_use]
    pub fn whole((width, height): (u32, u32)) -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            width: f64::from(width),
            height: f64::from(height),
        }
    }
}

/// Decodes `bytes` upright; with `resize` to exactly (width, height), bilinear over all
/// pixels that a new one covers, without keeping the aspect ratio.
///
/// # Errors
/// As [`crate::probe`], pixels that do not decode, or a size of 0 or over the limit.
pub fn decode(
    bytes: &[u8],
    channels: Channels,
    resize: Option<(u32, u32)>,
    limits: &Limits,
) -> Result<Pixels> {
    let picture = Picture::open(bytes, limits)?;
    let (width, height) = resize.unwrap_or(picture.size());
    if width == 0 || height == 0 || width.max(height) > limits.max_side {
        return Err(Error::InvalidSize {
            width,
            height,
            max_side: limits.max_side,
        });
    }
    let mut data = vec![0; width as usize * height as usize * channels.count()];
    let whole = Area::whole(picture.size());
    picture.pixels_into(channels, whole, (width, height), &mut data)?;
    Ok(Pixels {
        width,
        height,
        channels,
        data,
    })
}
