//! What can be wrong with media bytes, each with a stable code.
use thiserror::Error;

/// Result of a media operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why bytes were refused.
#[derive(Debug, Error)]
pub enum Error {
    /// The first bytes belong to no image format that is read here.
    #[error("the bytes are not a JPEG, PNG, WebP, GIF, BMP or TIFF image")]
    UnsupportedMediaType,
    /// The file ends before the picture does.
    #[error("the {format} image is truncated: {detail}")]
    ImageTruncated {
        /// Name of the format, as in "JPEG".
        format: &'static str,
        /// What is missing.
        detail: String,
    },
    /// The header claims more pixels than are allowed.
    #[error(
        "the image is {width} x {height} pixels; at most {max_side} a side and {max_pixels} in all are read"
    )]
    ImageTooLarge {
        /// Width in the header, in pixels.
        width: u32,
        /// Height in the header, in pixels.
        height: u32,
        /// Largest side that is read, in pixels.
        max_side: u32,
        /// Largest area that is read, in pixels.
        max_pixels: u64,
    },
    /// The bytes start like an image but do not decode.
    #[error("the {format} image does not decode: {detail}")]
    ImageInvalid {
        /// Name of the format, as in "JPEG".
        format: &'static str,
        /// What the decoder said.
        detail: String,
    },
    /// The requested output size is zero or over the limit.
    #[error("the output size {width} x {height} is not between 1 and {max_side} pixels a side")]
    InvalidSize {
        /// Requested width in pixels.
        width: u32,
        /// Requested height in pixels.
        height: u32,
        /// Largest side that is written, in pixels.
        max_side: u32,
    },
    /// The picture could not be brought to the asked size.
    #[error("the image could not be resized: {0}")]
    Resize(String),
    /// The output could not be encoded.
    #[error("the image could not be encoded: {0}")]
    Encode(String),
    /// The tokenizer file is not one.
    #[error("the tokenizer file is not readable: {0}")]
    TokenizerInvalid(String),
    /// The tokenizer refused a text.
    #[error("the text could not be tokenised: {0}")]
    Tokenise(String),
}

impl Error {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::ImageTruncated { .. } => "image_truncated",
            Self::ImageTooLarge { .. } => "image_too_large",
            Self::ImageInvalid { .. } => "image_invalid",
            Self::InvalidSize { .. } => "invalid_size",
            Self::Resize(_) => "image_resize_failed",
            Self::Encode(_) => "image_encode_failed",
            Self::TokenizerInvalid(_) => "tokenizer_invalid",
            Self::Tokenise(_) => "tokenise_failed",
        }
    }
}
