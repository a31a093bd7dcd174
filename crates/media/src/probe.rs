//! What an image is, and whether every pixel of it is there.
use crate::raster::{Limits, Opened, open};
use crate::structure::check_complete;
use crate::{ImageFormat, Result};

/// Facts about an encoded image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageFacts {
    /// The format told by the magic number.
    pub format: ImageFormat,
    /// Width as a person sees it, EXIF orientation applied, in pixels.
    pub width: u32,
    /// Height as a person sees it, EXIF orientation applied, in pixels.
    pub height: u32,
}

impl ImageFacts {
    /// The media type, as in `image/jpeg`.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        self.format.media_type()
    }

    fn of(opened: &Opened<'_>) -> Self {
        let (width, height) = opened.upright();
        Self {
            format: opened.format,
            width,
            height,
        }
    }
}

/// Reads the header of `bytes` only.
///
/// # Errors
/// Unknown format, a header over `limits`, or one that does not parse.
pub fn probe(bytes: &[u8], limits: &Limits) -> Result<ImageFacts> {
    open(bytes, limits).map(|opened| ImageFacts::of(&opened))
}

/// Reads the header, walks the container to its end and decodes every pixel: what is true
/// of a picture that may be imported.
///
/// # Errors
/// As [`probe`], and [`crate::Error::ImageTruncated`] or [`crate::Error::ImageInvalid`]
/// where pixels are missing.
pub fn verify(bytes: &[u8], limits: &Limits) -> Result<ImageFacts> {
    let opened = open(bytes, limits)?;
    check_complete(opened.format, bytes)?;
    let facts = ImageFacts::of(&opened);
    opened.decode()?;
    Ok(facts)
}
