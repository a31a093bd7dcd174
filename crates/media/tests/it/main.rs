//! Tests of the media door on pictures and tokenizers made in memory.
mod images;
mod tokens;
