//! The door to pixels and tokens: probing, thumbnails, decoding, tokenisation.
//!
//! The only crate that names `image`, `zune-jpeg`, `fast_image_resize` and `tokenizers`. Every function takes whole
//! encoded bytes, checks the header against [`Limits`] before it touches a pixel, and
//! answers in the frame a person sees: EXIF orientation is applied, the origin is the
//! top-left corner, and sizes are in pixels.
#![forbid(unsafe_code)]

mod encode;
mod error;
mod format;
mod jpeg;
mod look;
mod picture;
mod pixels;
mod probe;
mod raster;
mod structure;
mod tokens;
mod turn;

pub use encode::{Raster, reencode, thumbnail};
pub use error::{Error, Result};
pub use format::{ImageFormat, sniff};
pub use look::perceptual_hash;
pub use picture::Picture;
pub use pixels::{Area, Channels, Pixels, decode};
pub use probe::{ImageFacts, probe, verify};
pub use raster::Limits;
pub use tokens::{Token, Tokenizer};
