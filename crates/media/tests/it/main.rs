//! Tests of the media door on pictures and tokenizers made in memory.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod images;
mod tokens;
