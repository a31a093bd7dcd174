//! Opening an encoded image under limits and bringing it upright.
use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader};

use crate::structure::check_complete;
use crate::turn::size_before;
use crate::{Error, ImageFormat, Result, sniff};

/// What is read at most. Checked against the header before any pixel is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest side in pixels.
    pub max_side: u32,
    /// Largest area in pixels.
    pub max_pixels: u64,
    /// Largest memory for the decoded picture, in bytes.
    pub max_decoded_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_side: 30_000,
            max_pixels: 200_000_000,
            max_decoded_bytes: 2 << 30,
        }
    }
}

/// A header that was read and passed the limits; pixels are not decoded yet.
pub struct Opened<'a> {
    pub format: ImageFormat,
    /// Width and height in the header, before orientation, in pixels.
    pub stored: (u32, u32),
    pub orientation: Orientation,
    decoder: Box<dyn ImageDecoder + 'a>,
}

impl Opened<'_> {
    /// Width and height as a person sees the picture, in pixels.
    pub fn upright(&self) -> (u32, u32) {
        let (width, height) = self.stored;
        size_before(self.orientation, (width, height))
    }

    /// Decodes every pixel and applies the orientation.
    pub fn decode(self) -> Result<DynamicImage> {
        let orientation = self.orientation;
        let mut picture = self.decode_lying()?;
        picture.apply_orientation(orientation);
        Ok(picture)
    }

    /// Decodes every pixel, without the orientation.
    pub fn decode_lying(self) -> Result<DynamicImage> {
        let format = self.format;
        DynamicImage::from_decoder(self.decoder).map_err(|error| decoding(format, &error))
    }
}

/// Reads the header of `bytes` and checks it against `limits`.
pub fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>> {
    let format = sniff(bytes).ok_or(Error::UnsupportedMediaType)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.codec());
    let mut allowed = image::Limits::no_limits();
    allowed.max_alloc = Some(limits.max_decoded_bytes);
    reader.limits(allowed);
    let mut decoder = reader
        .into_decoder()
        // A header that does not parse because the file is cut is a cut file.
        .map_err(|error| match check_complete(format, bytes) {
            Err(truncated) => truncated,
            Ok(()) => decoding(format, &error),
        })?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(Error::ImageInvalid {
            format: format.name(),
            detail: "the header claims no pixels".to_owned(),
        });
    }
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > limits.max_side
        || pixels > limits.max_pixels
        || decoder.total_bytes() > limits.max_decoded_bytes
    {
        return Err(Error::ImageTooLarge {
            width,
            height,
            max_side: limits.max_side,
            max_pixels: limits.max_pixels,
        });
    }
    // A broken EXIF block is no reason to refuse a picture that decodes.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok(Opened {
        format,
        stored: (width, height),
        orientation,
        decoder: Box::new(decoder),
    })
}

fn decoding(format: ImageFormat, error: &ImageError) -> Error {
    let detail = error.to_string();
    let ended = matches!(error, ImageError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof)
        || detail.to_ascii_lowercase().contains("unexpected end");
    if ended {
        Error::ImageTruncated {
            format: format.name(),
            detail,
        }
    } else {
        Error::ImageInvalid {
            format: format.name(),
            detail,
        }
    }
}
